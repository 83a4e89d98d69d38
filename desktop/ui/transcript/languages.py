"""The languages that code is coloured in: those that people write, whose lexers are sound on any text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """What a language is called, and which of Pygments' lexers reads it; an empty one: none."""

    name: str
    lexer: str = ""


_NAMES = """
    bash:Bash sh zsh shell | c:C h | cpp:C++ c++ cc cxx hpp | csharp:C# cs c# | css:CSS | scss:SCSS | dart:Dart | diff:Diff patch
    | docker:Dockerfile dockerfile | elixir:Elixir ex | erlang:Erlang erl | fsharp:F# f# fs | fortran:Fortran f90 | go:Go golang
    | graphql:GraphQL | groovy:Groovy gradle | haskell:Haskell hs | html:HTML htm | ini:INI cfg conf | java:Java
    | javascript:JavaScript js jsx mjs node | json:JSON jsonc json5 | julia:Julia jl | kotlin:Kotlin kt kts | latex:LaTeX tex | lua:Lua
    | make:Makefile makefile mk | matlab:MATLAB octave | nasm:Assembly asm | nim:Nim | nix:Nix | objective-c:Objective-C objc
    | ocaml:OCaml ml | perl:Perl pl | php:PHP | powershell:PowerShell ps1 pwsh | protobuf:Protobuf proto | python:Python py python3
    | r:R | ruby:Ruby rb | rust:Rust rs | scala:Scala | scheme:Scheme racket | common-lisp:Lisp lisp elisp | clojure:Clojure clj | sql:SQL
    mysql postgresql sqlite | swift:Swift | terraform:Terraform hcl tf | toml:TOML | typescript:TypeScript ts tsx | vim:Vim
    | xml:XML svg xhtml | yaml:YAML yml | zig:Zig
"""


def _languages() -> dict[str, Language]:
    found: dict[str, Language] = {}
    for entry in _NAMES.split("|"):
        first, *others = entry.split()
        lexer, name = first.split(":")
        for word in (lexer, *others):
            found[word] = Language(name, lexer)
    return found


LANGUAGES = _languages()


def language(info: str) -> Language:
    """Return the language that the line of an opening fence names; one that is not known has a name only."""
    words = info.replace("{", " ").replace("}", " ").replace(",", " ").split()
    word = words[0].lstrip(".") if words else ""
    return LANGUAGES.get(word.lower(), Language(word))
