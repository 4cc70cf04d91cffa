#!/usr/bin/env python3
"""Write a book of N pages in Milepost's own format, the same for the same arguments.

    generate.py OUT --pages 10000 [--wiki 0] [--seed 1]

Each project has 50 pages: card, charter, plan, budget, a lesson and 45 weekly
status reports; beside them registers of milestones, risks and issues, decisions
and changes. A report has about 1.5 KB of front matter and 4 KB of text. `--wiki`
adds handbook pages, in folders of 40. Standard library only.
"""
import argparse
import datetime as dt
import os
import random

AS_OF = dt.date(2026, 3, 27)  # a Friday
REPORTS = 45
PER_PROJECT = REPORTS + 5

FIRST = ("Amber Birch Cedar Dune Elm Fjord Glade Heron Iris Jade Kelp Larch Maple North Oak Pine "
         "Quay Reed Slate Tern Upland Vale Wren Yarrow").split()
SECOND = ("archive billing booking campus case cashier claims depot fleet grants harbour intake inspection "
          "ledger library metering network payroll permits procurement roster school tariff transit").split()
THIRD = ["renewal", "move", "platform", "pilot", "upgrade", "consolidation", "replacement", "roll-out"]
PEOPLE = ("@abell @bstrand @ccole @ddubois @eferro @fhart @gsingh @hnovak @iokoye @jpark @kreyes @lmeyer "
          "@mtanaka @nwolf @oadams @pnguyen").split()
WHO = ["The team", "Finance", "The supplier", "Operations", "The test lead", "The sponsor", "Procurement",
       "The data owner", "The service desk", "Legal", "The works council", "The architect", "Security", "The trainer"]
DID = ["finished", "accepted", "returned", "tried out", "described", "measured", "ordered", "repeated", "moved",
       "signed", "corrected", "prepared", "questioned", "shortened", "documented", "closed"]
WHAT = ["the interface to the ledger", "the second load test", "the list of open defects", "the training plan",
        "the contract for hosting", "the rules for migrated records", "the cut-over rehearsal", "the report for auditors",
        "the role concept", "the mock-ups of the intake screen", "the plan for the freeze", "the acceptance tests",
        "the backlog of the next increment", "the address check", "the support rota", "the price list of the vendor"]
HOW = ["two days before the review", "with three remarks still open", "after a second look at the numbers",
       "without asking for more money", "because the test system was down on Tuesday", "for the pilot sites only",
       "so that the critical path keeps its float", "although two people were on leave", "as agreed with the steering committee",
       "within the reserve set aside at the baseline", "and wrote down what was learned", "once the access rights were there",
       "together with the unit that will run it", "ahead of the month-end close"]
RISKS = ["Interface arrives late", "Key person leaves", "Data quality is worse than sampled", "Vendor changes its price list",
         "Test system is shared with another project", "Users keep their own spreadsheets", "Licence count is too low",
         "Freeze at year end", "Load in the first week", "Procurement takes longer"]
CATEGORIES = ["vendor", "resources", "data", "technology", "stakeholders", "requirements"]
MILESTONES = ["Charter approved", "Baseline approved", "Interfaces agreed", "Build complete", "System test passed",
              "Pilot started", "Public launch", "Accepted into operations"]
CODE = [
    ("yaml", "release:\n  window: {date} 20:00\n  steps: [freeze, copy, verify]\n  batch: {n}\n"),
    ("sql", "select unit, sum(amount) as spent\nfrom ledger\nwhere booked <= '{date}' and project = {n}\ngroup by unit;\n"),
    ("sh", "# rehearsal {n}\nset -eu\nfor site in pilot north south; do\n  ./copy --site \"$site\" --until {date}\ndone\n"),
]


class Text:
    """Paragraphs, lists and tables of one page."""

    def __init__(self, rng):
        self.rng = rng
        self.blocks = []

    def say(self, block):
        self.blocks.append(block)
        return self

    def head(self, title, level=2):
        return self.say("%s %s" % ("#" * level, title))

    def sentence(self):
        r = self.rng
        words = "%s %s %s %s" % (r.choice(WHO), r.choice(DID), r.choice(WHAT), r.choice(HOW))
        mark = r.random()
        if mark < 0.08:
            words += " (**%d of %d** done)" % (r.randint(3, 40), r.randint(41, 60))
        elif mark < 0.14:
            words += ", see `CR-%03d`" % r.randint(1, 2)
        elif mark < 0.20:
            words += "; *%d hours* were booked" % r.randint(4, 80)
        return words + "."

    def para(self, low, high):
        return self.say(" ".join(self.sentence() for _ in range(self.rng.randint(low, high))))

    def bullets(self, low, high):
        return self.say("\n".join("- " + self.sentence() for _ in range(self.rng.randint(low, high))))

    def table(self, head, rows):
        lines = ["| %s |" % " | ".join(head), "|%s" % ("---|" * len(head))]
        lines += ["| %s |" % " | ".join(str(cell) for cell in row) for row in rows]
        return self.say("\n".join(lines))

    def code(self, date):
        language, text = self.rng.choice(CODE)
        return self.say("```%s\n%s```" % (language, text.format(n=self.rng.randint(100, 999), date=date)))

    def size(self):
        return sum(len(block) + 2 for block in self.blocks)

    def upto(self, size, date):
        while self.size() < size:
            self.rng.choice([lambda: self.para(2, 5), lambda: self.bullets(3, 6), lambda: self.para(1, 3)])()
        return self

    def __str__(self):
        return "\n\n".join(self.blocks) + "\n"


class Project:
    """What all files of one project agree on."""

    def __init__(self, index, seed):
        r = self.rng = random.Random("%d/%d" % (seed, index))
        name = "%s %s %s" % (FIRST[index % 24], SECOND[index // 24 % 24], THIRD[index // 576 % 8])
        if index >= 24 * 24 * 8:
            name += " %d" % (index // (24 * 24 * 8) + 1)
        self.id = name.lower().replace(" ", "-")
        self.title = name
        self.folder = "projects/" + self.id
        self.pm, self.sponsor, self.lead = r.sample(PEOPLE, 3)
        self.bac = r.randrange(100, 3000) * 1000
        self.spent_at_end = 0.55 + r.random() * 0.14
        self.last = AS_OF - dt.timedelta(days=r.randint(0, 3))
        self.begun = self.last - dt.timedelta(weeks=REPORTS)
        span = REPORTS + 20
        self.milestones = []
        for n, title in enumerate(MILESTONES):
            baseline = self.begun + dt.timedelta(weeks=span * (n + 1) // len(MILESTONES))
            self.milestones.append(("M%d" % (n + 1), title, baseline, r.choice([0, 0, 0, 2, 5, 9])))
        self.risks = ["R-%03d" % (n + 1) for n in range(r.randint(4, 7))]
        self.issues = ["I-%03d" % (n + 1) for n in range(r.randint(2, 4))]
        self.amber = set(r.sample(range(REPORTS - 1), 6))

    def files(self):
        yield "project.md", self.card()
        yield "charter.md", self.charter()
        yield "plan.md", self.plan()
        yield "budget.md", self.budget()
        yield "lessons/L-001.md", self.lesson()
        for week in range(REPORTS):
            date = self.begun + dt.timedelta(weeks=week + 1)
            yield "status/%s.md" % date, self.report(week, date)
        yield "milestones.yaml", self.milestone_register()
        yield "raid.yaml", self.raid()
        yield "decisions.yaml", self.decisions()
        yield "changes.yaml", self.changes()

    def card(self):
        front = """kind: project
id: {id}
title: {title}
summary: {title} replaces three tools by one, so that two units stop typing the same numbers twice.
tier: 3
delivery_model: waterfall
phase: execution
state: active
sponsor: "{sponsor}"
project_manager: "{pm}"
functional_managers:
  - {{unit: finance, manager: "{lead}"}}
people:
  business-owner: "{sponsor}"
  engineering-manager: "{lead}"
unit: finance
programme: {programme}
start: {{baseline: {begun}, actual: {begun}}}
finish: {{milestone: M8}}
budget: {{tracked: true, currency: EUR, baseline: {bac}}}
users_affected: {users}
systems: [Ledger, Intake]
""".format(id=self.id, title=self.title, sponsor=self.sponsor, pm=self.pm, lead=self.lead, begun=self.begun, bac=self.bac,
           programme=self.rng.choice(["counter", "inside", "streets"]), users=self.rng.randint(20, 9000))
        text = Text(self.rng).head(self.title, 1).para(2, 4)
        text.say("- [Charter](charter.md)\n- [Plan](plan.md) and [budget](budget.md)\n- [What we learned](lessons/L-001.md)")
        return page(front, text)

    def charter(self):
        front = """kind: charter
version: "1.0"
state: approved
author: "{pm}"
owner: "{pm}"
updated: {date}
approvals:
  - {{role: sponsor, name: "{sponsor}", decision: approved, date: {date}, of: "1.0"}}
objectives:
  - {{id: O1, text: Answer within two days, metric: share answered in two days, baseline: 40, target: 90, by: 2027-03-31}}
  - {{id: O2, text: Type nothing twice, metric: share typed twice, baseline: 31, target: 2, by: 2027-03-31}}
pm_authority: May order up to 10,000 within the approved budget lines.
""".format(pm=self.pm, sponsor=self.sponsor, date=self.milestones[0][2])
        t = Text(self.rng).head(self.title + ": charter", 1)
        t.head("Problem statement").para(3, 5).head("Objectives").bullets(2, 3)
        t.head("Scope").bullets(3, 5).head("Out of scope").bullets(2, 3)
        t.head("Success metrics").table(["Metric", "Target"], [["Answered in two days", "90 %"], ["Typed twice", "2 %"]])
        t.head("Deliverables").bullets(3, 4).head("Milestones").para(1, 2)
        t.head("Budget").say("%s EUR, reserve included; see the [budget](budget.md#lines)." % "{:,}".format(self.bac))
        t.head("Roles and responsibilities").para(1, 2).head("Stakeholders").bullets(2, 4)
        t.head("Risks").para(1, 2).head("Assumptions and constraints").bullets(2, 3)
        t.head("Approval criteria").para(1, 1).head("Communication").para(1, 2)
        return page(front, t)

    def plan(self):
        front = 'kind: plan\nversion: "1.0"\nstate: baselined\nauthor: "%s"\nupdated: %s\nbaseline_date: %s\n' % (
            self.pm, self.milestones[1][2], self.milestones[1][2])
        t = Text(self.rng).head(self.title + ": plan", 1).head("Approach").para(2, 4)
        t.head("Schedule").table(["Id", "Milestone", "Baseline"], [[m[0], m[1], m[2]] for m in self.milestones])
        for title in ["Scope baseline", "Work breakdown", "Dependencies", "Resources", "Communication", "Risks", "Change control", "Quality"]:
            t.head(title).para(2, 3).bullets(2, 4)
        return page(front, t)

    def budget(self):
        front = 'kind: budget\nversion: "1.0"\nstate: baselined\nauthor: "%s"\nupdated: %s\nbac: %d\ncurrency: EUR\n' % (
            self.pm, self.milestones[1][2], self.bac)
        t = Text(self.rng).head(self.title + ": budget", 1)
        shares = [["Internal labour", 45], ["Supplier", 30], ["Licences", 15], ["Reserve", 10]]
        t.head("Budget summary").para(1, 2).head("Funding").para(1, 2)
        t.head("Lines").table(["Line", "EUR"], [[name, "{:,}".format(self.bac * part // 100)] for name, part in shares])
        t.head("Forecast").para(2, 3).head("Variance explanation").para(1, 2).head("Contingency").para(1, 2)
        return page(front, t)

    def lesson(self):
        front = """kind: lesson
id: L-001
date: {date}
author: "{pm}"
phase: execution
polarity: {polarity}
category: testing
recommendation: Rehearse the cut-over with real volumes at least twice.
owner: "{lead}"
action: {{text: Add a second rehearsal to the plan, due: 2026-06-30, status: open}}
status: validated
links: [R-001]
""".format(date=self.last, pm=self.pm, lead=self.lead, polarity=self.rng.choice(["keep", "improve", "avoid"]))
        t = Text(self.rng).head("Rehearse with real volumes", 1)
        for title in ["What happened", "Why", "Effect", "Recommendation"]:
            t.head(title).para(1, 3)
        return page(front, t)

    def report(self, week, date):
        r = self.rng
        part = (week + 1) / REPORTS
        spent = int(self.bac * self.spent_at_end * part)
        amber = week in self.amber
        open_milestones = [(m, m[2] + dt.timedelta(days=m[3])) for m in self.milestones if m[2] + dt.timedelta(days=m[3]) > date]
        lines = ["kind: status", "project: " + self.id, 'author: "%s"' % self.pm, "as_of: %s" % date,
                 "period: {from: %s, to: %s}" % (date - dt.timedelta(days=6), date), "state: published", "phase: execution",
                 "what_changed: %s" % Text(r).sentence().replace("*", "").replace("`", "").replace(": ", " "), "health:"]
        for dimension in ["overall", "scope", "schedule", "budget", "resources", "quality"]:
            if amber and dimension in ("overall", "resources"):
                lines += ["  %s:" % dimension, "    rag: amber", "    trend: stable",
                          "    why: %s is short of one engineer until the middle of the month" % r.choice(WHO),
                          "    path: Borrow an engineer from the network team and move two tests", 
                          "    back_to_green: %s" % (date + dt.timedelta(days=21)), '    owner: "%s"' % self.lead]
            else:
                trend = r.choice(["stable", "improving"])
                if week - 1 in self.amber and dimension in ("overall", "resources"):
                    trend = "improving"
                lines.append("  %s: {rag: green, trend: %s, why: %s}" % (dimension, trend, r.choice(HOW)))
        lines.append("milestones:")
        for (m, forecast) in open_milestones:
            lines.append("  %s: {forecast: %s, note: %s}" % (m[0], forecast, r.choice(WHAT)))
        lines += ["budget: {as_of: %s, actual: %d, committed: %d, eac: %d, next_period_spend: %d}" % (
                      date - dt.timedelta(days=7), spent, self.bac // 12, int(self.bac * 0.99), self.bac // REPORTS),
                  "progress: {percent_complete: %d, planned_percent: %d, pv: %d, ev: %d, method: effort}" % (
                      part * 70, part * 70, self.bac * part * 0.7, self.bac * part * 0.7),
                  "scope: {unit: deliverables, current: 34, accepted: %d}" % (part * 30),
                  "critical_path: [%s]" % ", ".join(m[0] for m, _ in open_milestones[:4]),
                  "top_risks: [%s]" % ", ".join(self.risks[:3]), "top_issues: [%s]" % ", ".join(self.issues[:2]),
                  'confidence: {finish_by_baseline: %d, by: "%s"}' % (r.randint(60, 95), self.pm),
                  "tags: [%s]" % ", ".join(sorted(set(r.choice(SECOND) for _ in range(3))))]
        t = Text(r).head("%s: status %s" % (self.title, date), 1)
        t.head("Summary").para(3, 4)
        around = ["the [charter](../charter.md)", "its [scope](../charter.md#scope)", "the [plan](../plan.md#schedule)"]
        if week:
            around.append("[last week](%s.md)" % (date - dt.timedelta(weeks=1)))
        t.say("This report goes with %s and %s." % (", ".join(around[:-1]), around[-1]))
        t.head("Accomplishments").bullets(3, 6)
        t.head("Next steps").bullets(3, 4)
        t.head("Milestones").table(["Id", "Milestone", "Baseline", "Forecast"],
                                   [[m[0], m[1], m[2], forecast] for m, forecast in open_milestones])
        t.head("Risks and issues").say("%s is unchanged and %s was looked at on %s." % (
            self.risks[0], self.issues[0], date - dt.timedelta(days=2)))
        t.table(["Id", "Owner", "Next step"], [[risk, self.lead.strip("@"), r.choice(WHAT)] for risk in self.risks])
        t.head("Decisions needed").say("None this period.")
        if amber:
            t.head("Path to green").para(2, 3)
        t.head("Budget").table(["Line", "Spent", "Expected"],
                               [["Labour", spent // 2, self.bac // 2], ["Supplier", spent // 3, self.bac // 3]])
        if r.random() < 0.1:
            t.head("Appendix").code(date)
        t.head("Details").upto(r.randint(3300, 4700), date)
        return page("\n".join(lines) + "\n", t)

    def milestone_register(self):
        lines = ["updated: %s" % self.last, "milestones:"]
        for n, (key, title, baseline, late) in enumerate(self.milestones):
            lines += ["  - id: " + key, "    name: " + title, "    original: %s" % baseline, "    baseline: %s" % baseline,
                      '    owner: "%s"' % self.lead, "    key: true"]
            reached = baseline + dt.timedelta(days=late)
            lines.append("    actual: %s" % reached if reached <= self.last else "    forecast: %s" % reached)
            if n:
                lines.append("    depends_on: [M%d]" % n)
            if n == 6:
                lines.append("    go_live: true")
            if n == 7:
                lines.append("    finish: true")
        return "\n".join(lines) + "\n"

    def raid(self):
        r = self.rng
        lines = ["updated: %s" % self.last, "risks:"]
        for risk in self.risks:
            raised = self.begun + dt.timedelta(days=r.randint(5, 60))
            lines += ["  - id: " + risk, "    title: " + r.choice(RISKS), "    type: threat",
                      "    cause: %s" % r.choice(HOW), "    event: %s comes later" % r.choice(WHAT),
                      "    effect: %s must be repeated" % r.choice(WHAT), "    category: " + r.choice(CATEGORIES),
                      '    owner: "%s"' % r.choice(PEOPLE), "    raised: %s" % raised, "    reviewed: %s" % self.last,
                      "    assessments:", "      - {date: %s, p: 3, i: 3}" % raised,
                      "      - {date: %s, p: 2, i: 3, note: %s}" % (self.last, r.choice(HOW)),
                      "    response: reduce", "    mitigation: Look at it weekly with %s" % r.choice(WHO).lower(),
                      "    due: %s" % (AS_OF + dt.timedelta(days=r.randint(10, 60))), "    status: open"]
        lines.append("issues:")
        for issue in self.issues:
            raised = self.last - dt.timedelta(days=r.randint(5, 20))
            lines.append('  - {id: %s, title: Late answer about %s, severity: 3, owner: "%s", raised: %s, planned: %s, due: %s, '
                         'status: in-progress, reviewed: %s, links: [%s]}' % (
                             issue, r.choice(WHAT), r.choice(PEOPLE), raised, raised, AS_OF + dt.timedelta(days=21), self.last,
                             self.risks[0]))
        lines += ["assumptions:", '  - {id: A-001, text: The test system stays as it is, owner: "%s", raised: %s, '
                  'validate_by: 2026-06-30, status: open, if_wrong: Two weeks of rework, reviewed: %s}' % (
                      self.lead, self.begun, self.last)]
        return "\n".join(lines) + "\n"

    def decisions(self):
        return """updated: {last}
decisions:
  - id: D-001
    title: Which supplier hosts the service
    status: decided
    requested: {begun}
    decider: "{sponsor}"
    options: [Own data centre, Supplier of the ledger]
    decided: {begun}
    decided_by: ["{sponsor}"]
    outcome: The supplier of the ledger hosts it
    rationale: One contract less
""".format(last=self.last, begun=self.begun, sponsor=self.sponsor)

    def changes(self):
        lines = ["updated: %s" % self.last, "changes:"]
        for n in (1, 2):
            lines += ["  - id: CR-%03d" % n, "    title: Leave out %s" % self.rng.choice(WHAT), "    status: rejected",
                      "    types: [scope]", '    requested_by: "%s"' % self.pm, "    submitted: %s" % self.begun,
                      "    impact: {cost: 0}",
                      '    decision: {by: "%s", date: %s}' % (self.sponsor, self.milestones[1][2])]
        return "\n".join(lines) + "\n"


def page(front, text):
    return "---\n%s---\n%s" % (front, text)


def wiki(index, seed):
    r = random.Random("wiki/%d/%d" % (seed, index))
    folder = "handbook/part-%03d" % (index // 40)
    t = Text(r).head("How we work, page %d" % index, 1)
    for title in ["Purpose", "Steps", "Examples"]:
        t.head(title).para(2, 4).bullets(2, 5)
    if index % 40:
        t.say("See also [the page before](page-%05d.md#steps)." % (index - 1))
    return "%s/page-%05d.md" % (folder, index), str(t)


BOOK = """[book]
title = "Measured portfolio"
src = "src"
language = "en"

[portfolio]
as-of = "{as_of}"
currency = "EUR"
default-tier = "3"

# The book holds no gate records, and no register behind every colour.
[rules]
skipped-gate = "allow"
unsupported-green = "allow"

[portfolio.programmes]
counter = "At the counter"
inside = "Inside the house"
streets = "On the streets"

[[tiers]]
id = "1"
label = "high"
report-every = "7d"

[[tiers]]
id = "2"
label = "standard"
report-every = "7d"

[[tiers]]
id = "3"
label = "light"
report-every = "7d"
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--pages", type=int, default=1000, help="pages of projects, rounded up to whole projects of 50")
    parser.add_argument("--wiki", type=int, default=0, help="handbook pages besides")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    pages = size = 0

    def write(path, text):
        nonlocal pages, size
        full = os.path.join(args.out, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        data = text.encode("utf-8")
        with open(full, "wb") as file:
            file.write(data)
        pages += path.endswith(".md")
        size += len(data)

    write("book.toml", BOOK.format(as_of=AS_OF))
    for index in range(-(-args.pages // PER_PROJECT)):
        project = Project(index, args.seed)
        for name, text in project.files():
            write("src/%s/%s" % (project.folder, name), text)
    for index in range(args.wiki):
        name, text = wiki(index, args.seed)
        write("src/" + name, text)
    print("%d pages, %d bytes" % (pages, size))


if __name__ == "__main__":
    main()
