// tao beside other frameworks, each written in its own idiom (peers/servers), each server a process of its own, all in
// interleaved rounds of one run: requests per second, processor time per request, memory and time to start, as ratios
// to Fastify. A part of it, or a shorter one: npm run bench peers -- --peers=tao,hono --work=W3,W4 --rounds=3
// --milliseconds=300 (Fastify always takes part). docs/performance.svg is drawn by a whole run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkBody, count, ask, type Load } from './load.ts'
import { drawChart } from './peers/chart.ts'
import { startServer, type ServerProcess } from './peers/server-process.ts'
import { workloads, type Workload } from './peers/workloads.ts'
import { writeSite } from './peers/write-site.ts'
import { median } from './rounds.ts'

const ALL: Readonly<Record<string, string>> = {
  fastify: 'Fastify',
  tao: 'tao',
  'node-http': 'node:http',
  nest: 'NestJS',
  hono: 'Hono',
  koa: 'Koa',
  express: 'Express',
}
const FULL = 7
const text = { type: 'string' } as const
const { values: options } = parseArgs({
  options: { peers: text, work: text, rounds: text, milliseconds: text },
})
const rounds = Number(options.rounds ?? FULL)
const milliseconds = Number(options.milliseconds ?? 600)
const only = chosen(
  options.work,
  workloads.map(({ id }) => id),
)
const peers = chosen(options.peers, Object.keys(ALL))
const NAMES = Object.fromEntries(
  Object.entries(ALL).filter(([name]) => name === 'fastify' || (peers?.includes(name) ?? true)),
)
const isWhole = only === undefined && peers === undefined && rounds >= FULL
const MORE_ROUTES = 1000

interface Result {
  name: string
  rates: number[]
  /** Microseconds of processor for a request. */
  costs: number[]
}

const folders = [0, MORE_ROUTES].map((moreRoutes) => {
  const folder = mkdtempSync(join(tmpdir(), 'tao-bench-'))
  writeSite(folder, moreRoutes)
  return folder
})
const running: ServerProcess[] = []

try {
  const wanted = workloads.filter(({ id }) => only?.includes(id) ?? true)
  const results = new Map<Workload, Result[]>()
  const small = wanted.filter((work) => !work.moreRoutes)
  const large = wanted.filter((work) => work.moreRoutes)
  if (small.length > 0) {
    const servers = await startAll(0)
    const idle = await memory(servers)
    await measureAll(small, servers, results)
    const busy = await memory(servers)
    await stopAll(servers)
    printProcesses(await measureStarts(), idle, busy)
  }
  if (large.length > 0) {
    const servers = await startAll(MORE_ROUTES)
    await measureAll(large, servers, results)
    await stopAll(servers)
  }
  for (const [work, of] of results) print(work, of)
  printTable(results)
  if (isWhole) {
    const file = fileURLToPath(new URL('../../docs/performance.svg', import.meta.url))
    writeFileSync(
      file,
      drawChart(
        'Requests per second of processor time, as ratios to Fastify (dashed: the aim of tao)',
        chartGroups(results),
      ),
    )
  }
} finally {
  for (const server of running) await server.stop()
  for (const folder of folders) rmSync(folder, { recursive: true })
}

/** The names in an option, which have to be known. */
function chosen(given: string | undefined, known: readonly string[]): string[] | undefined {
  const names = given?.split(',')
  const unknown = names?.filter((name) => !known.includes(name)) ?? []
  if (unknown.length === 0) return names
  console.error(`Nothing is called ${unknown.join(', ')} here. Known are ${known.join(', ')}.`)
  process.exit(2)
}

async function startAll(moreRoutes: number): Promise<Map<string, ServerProcess>> {
  const servers = new Map<string, ServerProcess>()
  for (const name of Object.keys(NAMES)) {
    if (moreRoutes > 0 && name === 'node-http') continue
    const server = await startServer(name, folders[moreRoutes > 0 ? 1 : 0]!, moreRoutes)
    running.push(server)
    servers.set(name, server)
  }
  return servers
}

async function stopAll(servers: ReadonlyMap<string, ServerProcess>): Promise<void> {
  for (const server of servers.values()) {
    running.splice(running.indexOf(server), 1)
    await server.stop()
  }
}

/** Prepares every load, compares every body with the first, and only then measures, in turns. */
async function measureAll(
  wanted: readonly Workload[],
  servers: ReadonlyMap<string, ServerProcess>,
  results: Map<Workload, Result[]>,
): Promise<void> {
  const plan: { load: Load; server: ServerProcess; result: Result }[][] = []
  for (const work of wanted) {
    const runs: (typeof plan)[number] = []
    let expected: string | Buffer | undefined
    for (const [name, server] of servers) {
      if (work.without?.includes(name)) continue
      const prepared = await work.prepare(server.port, folders[0]!)
      expected ??= prepared.body ?? (await ask(server.port, [prepared.request].flat()[0]!)).body
      const load = { port: server.port, request: prepared.request, body: expected, milliseconds }
      await checkBody(load).catch((error: unknown) => {
        throw new Error(`${NAMES[name]} answers ${work.id} differently`, { cause: error })
      })
      runs.push({ load, server, result: { name: NAMES[name]!, rates: [], costs: [] } })
    }
    plan.push(runs)
    results.set(
      work,
      runs.map(({ result }) => result),
    )
  }
  for (let round = 0; round <= rounds; round++) {
    for (const runs of plan) {
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

async function memory(servers: ReadonlyMap<string, ServerProcess>): Promise<Map<string, number>> {
  const used = new Map<string, number>()
  for (const [name, server] of servers) used.set(name, (await server.usage()).rss / (1 << 20))
  return used
}

async function measureStarts(): Promise<Map<string, number>> {
  const times = new Map(Object.keys(NAMES).map((name) => [name, [] as number[]]))
  for (let round = 0; round <= rounds; round++) {
    for (const [name, of] of times) {
      const server = await startServer(name, folders[0]!, 0)
      if (round > 0) of.push(server.startUp)
      await server.stop()
    }
  }
  return new Map([...times].map(([name, of]) => [name, median(of)]))
}

function print(work: Workload, of: readonly Result[]): void {
  const [base] = of as [Result]
  console.log(`\n${work.id} ${work.title}${work.aim === undefined ? '' : ` (aim ${work.aim})`}`)
  for (const { name, rates, costs } of of) {
    const ratios = rates.map((rate) => rate / median(base.rates))
    const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`
    const rate = `${Math.round(median(rates))}/s`
    const cost = `${median(costs).toFixed(1)} us`
    console.log(
      `  ${name.padEnd(10)} ${median(ratios).toFixed(2).padStart(6)}   ${spread.padEnd(15)} ${rate.padStart(9)}` +
        `   processor ${cost.padStart(9)}, ${(median(base.costs) / median(costs)).toFixed(2)} times as thrifty`,
    )
  }
}

function printProcesses(
  starts: ReadonlyMap<string, number>,
  idle: ReadonlyMap<string, number>,
  busy: ReadonlyMap<string, number>,
): void {
  console.log('\n| | start, ms | memory after start, MiB | memory after the load, MiB |\n|---|---|---|---|')
  for (const [name, time] of starts)
    console.log(
      `| ${NAMES[name]} | ${Math.round(time)} | ${Math.round(idle.get(name)!)} | ${Math.round(busy.get(name)!)} |`,
    )
}

function printTable(results: ReadonlyMap<Workload, readonly Result[]>): void {
  for (const [title, cell] of [
    ['requests per second', (one: Result, base: Result) => median(one.rates) / median(base.rates)],
    [
      'requests per second of processor',
      (one: Result, base: Result) => median(base.costs) / median(one.costs),
    ],
  ] as const) {
    console.log(`\n| ${title} | ${[...results.keys()].map(({ id }) => id).join(' | ')} |`)
    console.log(`|---|${'---|'.repeat(results.size)}`)
    for (const name of Object.values(NAMES)) {
      const cells = [...results.values()].map((of) => {
        const one = of.find((result) => result.name === name)
        return one === undefined ? '-' : cell(one, of[0]!).toFixed(2)
      })
      console.log(`| ${name} | ${cells.join(' | ')} |`)
    }
  }
}

function chartGroups(results: ReadonlyMap<Workload, readonly Result[]>): Parameters<typeof drawChart>[1] {
  return [...results].map(([{ id, title, aim }, of]) => ({
    title: `${id} ${title}`,
    aim,
    bars: of
      .map(({ name, costs }) => ({ name, ratio: median(of[0]!.costs) / median(costs) }))
      .toSorted((a, b) => b.ratio - a.ratio),
  }))
}
