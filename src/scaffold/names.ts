import { nameRefused } from './errors.ts'

interface Rule {
  what: 'project' | 'app'
  pattern: RegExp
  longest: number
  /** What the pattern allows, as the sentence says it. */
  allowed: string
  taken: ReadonlyMap<string, string>
}

// ECMA-262 reserved words, those of strict mode and modules included: a name is also the name of a variable.
const reservedWords =
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield'

// Names of devices on Windows, with any extension: no folder can be called so there.
const devices =
  'con prn aux nul com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt0 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9'

const common: [string, string][] = [
  ...words(reservedWords, 'it is a word of JavaScript'),
  ...words(devices, 'Windows keeps it for a device'),
  ...words('constructor prototype', 'every JavaScript object has it already'),
  ...words('static templ apps', 'a project has a folder of that name for another use'),
  ...words('node_modules', 'npm keeps it for itself'),
]

const projectRule: Rule = {
  what: 'project',
  pattern: /^[a-z0-9][a-z0-9._-]*$/,
  longest: 214,
  allowed: 'small letters, digits, ".", "-" and "_", beginning with a letter or digit',
  // A package that has the name of one it depends on cannot be installed.
  taken: new Map([
    ...common,
    ...words('tao1 typescript vitest', 'the project installs a package of that name'),
  ]),
}

const appRule: Rule = {
  what: 'app',
  pattern: /^[a-z][a-z0-9_-]*$/,
  longest: 64,
  allowed: 'small letters, digits, "-" and "_", beginning with a letter',
  taken: new Map([...common, ...words('tao', 'tao keeps it for itself')]),
}

/**
 * The name of a project, as given: it becomes a folder and the name in package.json.
 * @throws TAO_NAME_REFUSED saying why, with the nearest good name as a hint
 */
export function checkProjectName(name: string): string {
  return check(projectRule, name)
}

/**
 * The name of an app, as given: it becomes a folder, a path, and the first half of `app:template` and `app:route`.
 * @throws TAO_NAME_REFUSED saying why, with the nearest good name as a hint
 */
export function checkAppName(name: string): string {
  return check(appRule, name)
}

function check(rule: Rule, name: string): string {
  const reason = refusal(rule, name)
  if (reason === undefined) return name
  const near = nearestGood(rule, name)
  throw nameRefused(rule.what, name, reason, {
    hint: near === undefined ? undefined : `A name like "${near}" would do.`,
    details: { name, nearest: near },
  })
}

function refusal(rule: Rule, name: string): string | undefined {
  if (name.trim() === '') return `it is written in ${rule.allowed}`
  if (/[/\\]/.test(name)) {
    return rule.what === 'project'
      ? 'a name is no path, the folder is given after it'
      : 'a name is no path, apps live in apps/'
  }
  if (name.length > rule.longest)
    return `it is ${name.length} characters long and at most ${rule.longest} are allowed`
  if (!rule.pattern.test(name)) return `it may have ${rule.allowed}`
  const [stem = ''] = name.split('.')
  return rule.taken.get(name) ?? rule.taken.get(stem)
}

function nearestGood(rule: Rule, name: string): string | undefined {
  if (name.length > rule.longest) return undefined
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1-$2')
    .toLowerCase()
    .split(/[/\\]/)
    .findLast((part) => /[a-z0-9]/.test(part))
  const joined = plain
    ?.replaceAll(rule.what === 'app' ? /[^a-z0-9_]+/g : /[^a-z0-9_.]+/g, '-')
    .replaceAll(/([-_.])[-_.]+/g, '$1')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
  if (!joined) return undefined
  return [joined, `my-${joined}`, `${rule.what}-${joined}`].find(
    (candidate) => refusal(rule, candidate) === undefined,
  )
}

function words(list: string, reason: string): [string, string][] {
  return list.split(' ').map((word) => [word, reason])
}

/** A name as a title: `my_shop` is `My shop`. */
export function titleOf(name: string): string {
  const spaced = name.replaceAll(/[._-]+/g, ' ').trim()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
