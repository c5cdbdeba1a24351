/// A shell with programmable completion.
package enum Shell: String, CaseIterable, Sendable {
    case bash
    case zsh
    case fish

    /// Returns the script that completes a program's command line.
    ///
    /// The script runs the program as `PROGRAM __complete WORD...`, and inserts what it prints. It
    /// therefore need not change when commands or options change.
    package func completionScript(for program: String) -> String {
        let function = "_" + program.map { $0 == "-" ? "_" : String($0) }.joined()
        let template =
            switch self {
            case .bash: Self.bashScript
            case .zsh: Self.zshScript
            case .fish: Self.fishScript
            }
        return template.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.replacing("FUNCTION", with: function).replacing("PROGRAM", with: program) }
            .joined(separator: "\n") + "\n"
    }

    /// bash passes the words up to the cursor, and splits them at `=` and `:`.
    private static let bashScript = #"""
        # bash completion for PROGRAM
        FUNCTION() {
            local IFS=$'\n' line first rest kind extension extensions file
            local current=${COMP_WORDS[COMP_CWORD]}
            COMPREPLY=()
            [ "$current" != = ] || current=
            {
                IFS= read -r first
                while IFS= read -r line; do COMPREPLY+=("${line%%$'\t'*}"); done
            } < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
            kind=${first%% *}
            case $kind in
            directories)
                compopt -o filenames 2>/dev/null
                COMPREPLY=($(compgen -d -- "$current"))
                ;;
            files)
                compopt -o filenames 2>/dev/null
                extensions=" ${first#files} "
                for file in $(compgen -f -- "$current"); do
                    extension=${file##*.}
                    if [ -d "$file" ] || [ "$first" = files ] || [ "${extensions#* $extension }" != "$extensions" ]
                    then COMPREPLY+=("$file"); fi
                done
                ;;
            esac
        }
        complete -F FUNCTION PROGRAM
        """#

    private static let zshScript = #"""
        #compdef PROGRAM
        # zsh completion for PROGRAM
        FUNCTION() {
            local first line
            local -a lines candidates extensions
            lines=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            first=$lines[1]
            for line in "${(@)lines[2,-1]}"; do
                candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
            done
            case $first in
            directories) _files -/ ;;
            files) _files ;;
            files*)
                extensions=(${=first#files})
                compset -P '--*='
                _files -g "*.(${(j:|:)extensions})"
                ;;
            *)
                compset -P '--*='
                (( $#candidates )) && _describe PROGRAM candidates
                ;;
            esac
        }
        if [ "$funcstack[1]" = FUNCTION ]; then FUNCTION "$@"; else compdef FUNCTION PROGRAM; fi
        """#

    private static let fishScript = #"""
        # fish completion for PROGRAM
        function FUNCTION
            set -l words (commandline --tokenize --cut-at-cursor --current-process) (commandline --current-token --cut-at-cursor)
            set -l lines ($words[1] __complete $words[2..-1] 2>/dev/null)
            set -l kind (string split ' ' -- $lines[1])
            set -l word (commandline --current-token --cut-at-cursor)
            # An empty list would make the product with the candidates empty.
            set -l start (string match --regex -- '^--[^=]*=' $word; or echo)
            set word (string replace --regex -- '^--[^=]*=' '' $word)
            switch $kind[1]
                case directories
                    printf '%s\n' $start(__fish_complete_directories $word)
                case files
                    set -l endings $kind[2..-1]
                    for file in (complete -C"__fish_command_without_completions $word" | string replace --regex '\t.*' '')
                        if test -d $file; or test (count $endings) -eq 0; or contains -- (string replace --regex '.*\.' '' $file) $endings
                            printf '%s\n' $start$file
                        end
                    end
                case '*'
                    printf '%s\n' $start$lines[2..-1]
            end
        end
        complete --command PROGRAM --no-files --arguments '(FUNCTION)'
        """#
}
