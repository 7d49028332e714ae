# Makes a manual page from a program's --help output.
# Variables: name, section, version. A line in capitals with a colon begins a section. The first paragraph is the abstract;
# the text between it and the usage is the description.

function escape(line) {
    gsub(/\\/, "\\e", line)
    gsub(/-/, "\\-", line)
    sub(/^[.']/, "\\\\\\&&", line)
    return line
}

function heading(title) {
    if (opened) print ".fi"
    print ".SH " title
    print ".nf"
    opened = 1
}

BEGIN {
    printf ".TH %s %s \"\" \"gaitd %s\"\n", escape(toupper(name)), section, version
    state = "abstract"
}

state == "abstract" {
    sub(/^OVERVIEW: /, "")
    if ($0 != "") { abstract = abstract (abstract == "" ? "" : " ") $0; next }
    sub(/\.$/, "", abstract)
    print ".SH NAME"
    print escape(name) " \\- " escape(abstract)
    state = "description"
    next
}

/^USAGE: / {
    heading("SYNOPSIS")
    print escape(substr($0, 8))
    state = "rest"
    next
}

/^[A-Z][A-Z ]*:/ && state == "rest" {
    title = $0
    sub(/:.*/, "", title)
    heading(title)
    rest = substr($0, length(title) + 2)
    sub(/^ +/, "", rest)
    if (rest != "") print escape(rest)
    next
}

state == "description" && $0 != "" { heading("DESCRIPTION"); state = "text" }

{ if (opened) print escape($0) }

END { if (opened) print ".fi" }
