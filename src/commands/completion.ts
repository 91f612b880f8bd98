import { defineBuiltIn, type Command } from './command.ts'

// Bash takes ":" for the end of a word, so the line is split by hand and what stands before the last ":" is cut off again.
const bash = String.raw`_tao() {
  local line="\${COMP_LINE:0:COMP_POINT}" words current before
  read -ra words <<< "$line"
  [[ $line == *' ' ]] && words+=('')
  current="\${words[\${#words[@]}-1]}"
  local IFS=$'\n'
  COMPREPLY=($(tao complete bash -- "\${words[@]:1}" 2>/dev/null))
  if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
    before="\${current%"\${current##*:}"}"
    COMPREPLY=("\${COMPREPLY[@]#"$before"}")
  fi
}
complete -o default -F _tao tao
`.replaceAll('\\$', '$')

const zsh = String.raw`#compdef tao
_tao() {
  local -a candidates
  candidates=(\${(f)"$(tao complete zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#candidates} )); then _describe 'tao' candidates; else _files; fi
}
if [ "$funcstack[1]" = "_tao" ]; then _tao "$@"; else compdef _tao tao; fi
`.replaceAll('\\$', '$')

const fish = `function __tao_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l candidates (tao complete fish -- $words[2..] 2>/dev/null)
  if set -q candidates[1]
    printf '%s\\n' $candidates
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c tao -f -a '(__tao_complete)'
`

const scripts = { bash, zsh, fish }

export const command: Command = defineBuiltIn({
  name: 'completion',
  summary: 'Print a completion script for a shell',
  arguments: [
    { name: 'shell', description: 'bash, zsh or fish', required: true, choices: ['bash', 'zsh', 'fish'] },
  ],
  examples: [
    'eval "$(tao completion bash)"   # in ~/.bashrc',
    'eval "$(tao completion zsh)"    # in ~/.zshrc, after compinit',
    'tao completion fish > ~/.config/fish/completions/tao.fish',
  ],
  run({ args, stdout }) {
    stdout.write(scripts[args.shell as keyof typeof scripts])
  },
})
