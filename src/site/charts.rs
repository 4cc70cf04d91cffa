//! Charts: typed numbers and dates in, geometry ready to print out.
