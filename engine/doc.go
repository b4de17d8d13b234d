package engine

// Version changes whenever a result may: it is part of every study's identity.
const Version = "4"
