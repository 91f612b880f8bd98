// tao beside other frameworks, each written in its own idiom (peers/servers), each server a process of its own, all in
// interleaved rounds of one run: requests per second, processor time per request, memory and time to start, as ratios
// to Fastify. A part of it, or a shorter one: npm run bench peers -- --peers=tao,hono --work=W3,W4 --rounds=3
// --milliseconds=300 (Fastify always takes part).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atEnd } from './at-end.ts'
import { table, writeFigures } from './figures.ts'
import { ask, checkBody, count, type Load } from './load.ts'
import { chosen, readOptions } from './options.ts'
import { drawChart } from './peers/chart.ts'
import { contenders } from './peers/contenders.ts'
import { buildSite, type ServerProcess } from './peers/server-process.ts'
import { workloads, type Workload } from './peers/workloads.ts'
import { writeSite } from './peers/write-site.ts'
import { median } from './rounds.ts'

const options = readOptions()
const rounds = options.rounds ?? 7
const milliseconds = options.milliseconds ?? 500
const MORE_ROUTES = 1000
const ids = workloads.map(({ id }) => id)
const wantedWork = chosen(options.work, ids) ?? ids
const wantedPeers = chosen(options.peers, Object.keys(contenders)) ?? Object.keys(contenders)
const peers = Object.entries(contenders).filter(([key]) => key === 'fastify' || wantedPeers.includes(key))
const isWhole = options.work === undefined && options.peers === undefined
if (options.write && !isWhole) {
  console.error('Only a run of everything can be written down: --write goes without --peers and --work.')
  process.exit(2)
}

interface Result {
  name: string
  rates: number[]
  /** Microseconds of processor for a request. */
  costs: number[]
}

type Servers = ReadonlyMap<string, ServerProcess>

const results = new Map<Workload, Result[]>()
let processes = ''
for (const moreRoutes of [0, MORE_ROUTES]) {
  const wanted = workloads.filter(
    ({ id, moreRoutes: more }) => wantedWork.includes(id) && (more === true) === moreRoutes > 0,
  )
  if (wanted.length === 0) continue
  const folder = mkdtempSync(join(tmpdir(), 'tao-bench-'))
  const built = mkdtempSync(join(tmpdir(), 'tao-bench-built-'))
  const remove = [folder, built].map((one) => atEnd(() => rmSync(one, { recursive: true, force: true })))
  writeSite(folder, moreRoutes)
  writeSite(built, moreRoutes)
  if (peers.some(([key]) => key === 'tao-built')) buildSite(built)
  const folderOf = (key: string): string => (key === 'tao-built' ? built : folder)
  const servers = new Map<string, ServerProcess>()
  for (const [key, { start }] of peers) {
    if (wanted.every((work) => work.without?.includes(key))) continue
    progress(`starting ${key}`)
    servers.set(key, await start(folderOf(key), moreRoutes))
  }
  const idle = await memory(servers)
  await measureAll(wanted, servers, folder)
  const busy = await memory(servers)
  for (const server of servers.values()) await server.stop()
  if (moreRoutes === 0) processes = processTable(await measureStarts(folderOf), idle, busy)
  for (const step of remove) step()
}
progress('')
for (const [work, of] of results) print(work, of)
const byCost = ratioTable((one, base) => median(base.costs) / median(one.costs))
const byRate = ratioTable((one, base) => median(one.rates) / median(base.rates))
const shown = [
  'Requests per second of processor time, as ratios to Fastify (the chart):',
  byCost,
  'Requests per second, as ratios to Fastify:',
  byRate,
]
// Each workload's own table has these in the terminal, where this one would be too wide.
const spread = ratioTable((one, base) =>
  [Math.min(...one.rates), Math.max(...one.rates)].map((rate) => rate / median(base.rates)),
)
const ends = processes === '' ? [] : ['Processes:', processes]
console.log(`\n${[...shown, ...ends].join('\n\n')}`)
if (options.write) {
  writeFigures('peers', [...shown, 'The lowest and the highest round of them:', spread, ...ends].join('\n\n'))
  writeFileSync(
    fileURLToPath(new URL('../../docs/performance.svg', import.meta.url)),
    drawChart(
      'Requests per second of processor time, as ratios to Fastify (dashed: the aim of tao)',
      chartGroups(),
    ),
  )
}

/** Prepares every load, compares every body with the first, and only then measures, in turns. */
async function measureAll(wanted: readonly Workload[], servers: Servers, folder: string): Promise<void> {
  const plan: { load: Load; server: ServerProcess; result: Result }[][] = []
  for (const work of wanted) {
    const runs: (typeof plan)[number] = []
    let expected: string | undefined
    for (const [key, server] of servers) {
      if (work.without?.includes(key)) continue
      const { name } = contenders[key]!
      const prepared = await work.prepare(server.port, folder)
      const { body } = await ask(server.port, [prepared.request].flat()[0]!)
      expected ??= plain(prepared.body ?? body)
      if (plain(body) !== expected)
        throw new Error(`${name} answers ${work.id} differently:\n${body.toString()}`)
      const load = { port: server.port, request: prepared.request, body, milliseconds }
      await checkBody(load)
      runs.push({ load, server, result: { name, rates: [], costs: [] } })
    }
    plan.push(runs)
    results.set(
      work,
      runs.map(({ result }) => result),
    )
  }
  for (let round = 0; round <= rounds; round++) {
    for (const [at, runs] of plan.entries()) {
      progress(`round ${round} of ${rounds}, ${wanted[at]!.id}`)
      for (const { load, server, result } of runs) {
        const before = await server.usage()
        const { answers, seconds } = await count(load)
        const after = await server.usage()
        // The first round warms up.
        if (round === 0) continue
        result.rates.push(answers / seconds)
        result.costs.push((after.cpu - before.cpu) / answers)
      }
    }
  }
}

/** A body for comparing: an apostrophe may be escaped in two ways, which a browser takes for the same. */
function plain(body: string | Buffer): string {
  return Buffer.from(body).toString('latin1').replaceAll('&#x27;', '&#39;')
}

async function memory(servers: Servers): Promise<Map<string, number>> {
  const used = new Map<string, number>()
  for (const [key, server] of servers) used.set(key, await server.memory())
  return used
}

async function measureStarts(folderOf: (key: string) => string): Promise<Map<string, number[]>> {
  const times = new Map(peers.map(([key]) => [key, [] as number[]]))
  for (let round = 0; round <= rounds; round++) {
    progress(`starts, round ${round} of ${rounds}`)
    for (const [key, { start }] of peers) {
      const server = await start(folderOf(key), 0)
      if (round > 0) times.get(key)!.push(server.startUp)
      await server.stop()
    }
  }
  return times
}

function print(work: Workload, of: readonly Result[]): void {
  const [base] = of as [Result]
  console.log(`\n${work.id} ${work.title}${work.aim === undefined ? '' : ` (aim ${work.aim})`}\n`)
  const rows = of.map(({ name, rates, costs }) => {
    const ratios = rates.map((rate) => rate / median(base.rates))
    return [
      name,
      `${Math.round(median(rates))}`,
      median(ratios).toFixed(2),
      `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`,
      median(costs).toFixed(1),
      (median(base.costs) / median(costs)).toFixed(2),
    ]
  })
  console.log(table(['', 'req/s', 'ratio', 'rounds', 'cpu, µs', 'ratio'], rows))
}

function processTable(
  starts: ReadonlyMap<string, readonly number[]>,
  idle: ReadonlyMap<string, number>,
  busy: ReadonlyMap<string, number>,
): string {
  const rows = [...starts].map(([key, times]) => [
    contenders[key]!.name,
    `${Math.round(median(times))}`,
    `${Math.round(Math.min(...times))}-${Math.round(Math.max(...times))}`,
    ...[idle, busy].map((of) => `${Math.round(of.get(key) ?? 0)}`),
  ])
  return table(['', 'start, ms', 'rounds', 'MiB after start', 'MiB after the load'], rows)
}

function ratioTable(cell: (one: Result, base: Result) => number | number[]): string {
  const rows = peers.map(([, { name }]) => [
    name,
    ...[...results.values()].map((of) => {
      const one = of.find((result) => result.name === name)
      if (one === undefined) return '-'
      return [cell(one, of[0]!)]
        .flat()
        .map((ratio) => ratio.toFixed(2))
        .join('-')
    }),
  ])
  return table(['', ...[...results.keys()].map(({ id }) => id)], rows)
}

function chartGroups(): Parameters<typeof drawChart>[1] {
  return [...results].map(([{ id, title, aim }, of]) => ({
    title: `${id} ${title}`,
    aim,
    bars: of
      .map(({ name, costs }) => ({ name, ratio: median(of[0]!.costs) / median(costs) }))
      .toSorted((a, b) => b.ratio - a.ratio),
  }))
}

/** What it is at, in a line that is written over; nothing where nobody looks on. */
function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`)
}
