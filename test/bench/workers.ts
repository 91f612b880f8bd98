// What a second worker gives, for tao and for Fastify in Node's cluster, in turns: requests per second as ratios to one, and
// how much that could be on this machine at most, with the client on its processors too; the processor time of all
// processes of a server for a request (which must not grow), that of the client, and the servers' memory. A view that works
// for a fifth of a millisecond, the page of the comparison (W3), that with a session (W4) and JSON (W1), over 64
// connections that are kept.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atEnd } from './at-end.ts'
import { table, writeFigures } from './figures.ts'
import { ask, checkBody, count, type Load } from './load.ts'
import { chosen, readOptions } from './options.ts'
import { endedChildren, processTree } from './peers/process-tree.ts'
import { buildSite, ENVIRONMENT, toldPort } from './peers/server-process.ts'
import { searchWork, workloads } from './peers/workloads.ts'
import { writeSite } from './peers/write-site.ts'
import { median } from './rounds.ts'

const WORK = ['search', 'W3', 'W4', 'W1']
const options = readOptions()
const rounds = options.rounds ?? 7
const milliseconds = options.milliseconds ?? 1000
const wanted = chosen(options.work, WORK) ?? WORK
// A client in C leaves more of the processors to the servers than ours. It knows no request but one.
const hasWrk = spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error === undefined
const tao = fileURLToPath(new URL('../../bin/tao.js', import.meta.url))
const cluster = fileURLToPath(new URL('peers/cluster.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tao-bench-'))
atEnd(() => rmSync(folder, { recursive: true, force: true }))
writeSite(folder, 0)
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
buildSite(folder)

interface Counted {
  answers: number
  seconds: number
}

interface Server {
  name: string
  pid: number
  port: number
}

async function start(name: string, file: string, ...words: string[]): Promise<Server> {
  const child = spawn(process.execPath, [file, ...words], {
    cwd: folder,
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // Its workers end when they see that it has gone.
  atEnd(() => child.kill('SIGKILL'))
  child.once('exit', (code) => {
    console.error(`${name} ended with ${code}.`)
    process.exit(1)
  })
  return { name, pid: child.pid!, port: await toldPort(child) }
}

const servers = [
  await start('tao, 1 process', tao, 'serve', '--port', '0'),
  await start('tao --workers 1', tao, 'serve', '--port', '0', '--workers', '1'),
  await start('tao --workers 2', tao, 'serve', '--port', '0', '--workers', '2'),
  await start('Fastify, cluster 1', cluster, 'fastify', folder, '1'),
  await start('Fastify, cluster 2', cluster, 'fastify', folder, '2'),
]
const lines: string[] = []
for (const work of [searchWork, ...workloads].filter(({ id }) => wanted.includes(id))) {
  const runs: (Server & { load: Load; rates: number[]; costs: number[]; clients: number[] })[] = []
  for (const server of servers) {
    const { request } = await work.prepare(server.port, folder)
    const { body } = await ask(server.port, [request].flat()[0]!)
    const load: Load = { port: server.port, request, body, milliseconds }
    await checkBody(load)
    runs.push({ ...server, load, rates: [], costs: [], clients: [] })
  }
  for (let round = 0; round <= rounds; round++) {
    for (const { name, pid, load, rates, costs, clients } of runs) {
      const client = usedByClient()
      const before = used(pid)
      const counted = await ask64(load)
      const after = used(pid)
      if (counted === undefined)
        console.error(`${name} refused requests in round ${round}, which does not count.`)
      // The first round warms up.
      if (round === 0 || counted === undefined) continue
      const { answers, seconds } = counted
      rates.push(answers / seconds)
      costs.push(((after - before) * 1000) / answers)
      clients.push(((usedByClient() - client) * 1000) / answers)
    }
  }
  const rows = runs.map(({ name, rates, costs, clients }) => {
    if (rates.length === 0) throw new Error(`${name} refused requests of ${work.id} in every round.`)
    // The one before with half as many, of the same make.
    const one = runs.find((other) => other.name === name.replace('2', '1'))!
    const ratios = rates.map((rate) => rate / median(one.rates))
    const spread = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`
    const [cost, client] = [median(costs), median(clients)]
    // All processors busy, with nothing but these requests and their client.
    const most = (availableParallelism() * 1e6) / (cost + client) / median(one.rates)
    return [
      name,
      `${Math.round(median(rates))}`,
      median(ratios).toFixed(2),
      spread,
      one.name === name ? '-' : Math.min(2, most).toFixed(2),
      cost.toFixed(1),
      client.toFixed(1),
    ]
  })
  const title = `${work.id} ${work.title}:`
  lines.push(title, table(['', 'req/s', 'to one', 'rounds', 'limit', 'cpu, µs', 'client'], rows))
}
const memories = servers.map(({ name, pid }) => {
  const each = (processTree(pid) ?? []).map(({ memory }) => Math.round(memory))
  return [name, `${each.reduce((sum, one) => sum + one, 0)}`, each.join(' + ')]
})
lines.push('Memory after the load, MiB:', table(['', 'in all', 'of each process'], memories))
const told = lines.join('\n\n')
console.log(`\nThe client is ${hasWrk ? 'wrk, with one thread' : 'ours'}, and on the same cores.\n\n${told}`)
if (options.write) writeFigures('workers', told)
process.exit()

/** Milliseconds of processor of a server's processes so far. */
function used(pid: number): number {
  return (processTree(pid) ?? []).reduce((sum, { cpu }) => sum + cpu, 0)
}

/** Milliseconds of processor of this process and of the clients it ran. */
function usedByClient(): number {
  const { user, system } = process.cpuUsage()
  return endedChildren() + (user + system) / 1000
}

function ask64(load: Load): Promise<Counted | undefined> {
  return hasWrk && milliseconds % 1000 === 0 ? countByWrk(load) : count(load)
}

/** Answers in so many seconds, over 64 connections of one thread of wrk. */
async function countByWrk({ port, request }: Load): Promise<Counted | undefined> {
  const [head = ''] = [request].flat()
  const [, path = '/'] = head.split(' ')
  const headers = head
    .split('\r\n')
    .slice(1, -2)
    // wrk sends a Host of its own, and two of them are refused.
    .filter((line) => !line.startsWith('host:'))
    .flatMap((line) => ['-H', line])
  const words = ['-t1', '-c64', `-d${milliseconds / 1000}s`, ...headers, `http://127.0.0.1:${port}${path}`]
  const wrk = spawn('wrk', words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  for await (const data of wrk.stdout) said += String(data)
  const [, answers, time, unit] = /(\d+) requests in ([\d.]+)(ms|s)/.exec(said) ?? []
  if (answers === undefined) throw new Error(`wrk says: ${said}`)
  // A server that cannot keep up, on a machine with other work, may refuse some: then the round tells nothing.
  if (/Non-2xx/.test(said)) return undefined
  return { answers: Number(answers), seconds: Number(time) / (unit === 'ms' ? 1000 : 1) }
}
