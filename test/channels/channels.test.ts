import { describe, expect, test, vi } from 'vitest'
import { createChannels, type MemberChange } from '../../src/channels/index.ts'
import { hasRedis } from '../redis-server.ts'
import { joiner, over } from './two-processes.ts'

const long = { timeout: 30_000 }
const soon = (check: () => unknown): Promise<void> => vi.waitFor(async () => void (await check()), long)

describe.each(['relay', 'redis'] as const)('#10 over %s', (way) => {
  const runs = way === 'relay' || hasRedis

  test.runIf(runs)('what is sent reaches all who joined, in every process, once and in order', async () => {
    const make = await over(way)
    const [one, two] = [make(), make()]
    const [a, b, c] = [joiner(), joiner(), joiner()]
    await Promise.all([
      one.channel('room').join(a),
      one.channel('room').join(b),
      two.channel('room').join(c),
      two.channel('other').join(joiner()),
    ])
    for (let n = 0; n < 200; n++) void one.channel('room').send({ n })
    await one.channel('room').send('text')
    await one.channel('room').send(Buffer.from([0, 255]), { except: a })
    await soon(() => expect(c.heard).toHaveLength(202))
    const all = [...Array.from({ length: 200 }, (_, n) => ({ n })), 'text', Buffer.from([0, 255])]
    expect(a.heard).toEqual(all.slice(0, -1))
    expect(b.heard).toEqual(all)
    expect(c.heard).toEqual(all)
    c.leave()
    await two.channel('room').send('after')
    await soon(() => expect(a.heard.at(-1)).toBe('after'))
    expect(c.heard).toHaveLength(202)
  })

  test.runIf(runs)('members are known in every process, with what was said of them', async () => {
    const make = await over(way)
    const [one, two] = [make(), make()]
    const [a, b] = [joiner(), joiner()]
    await one.channel('room').join(a, { name: 'Ada', since: new Date(0) })
    // A millisecond later: who joined first comes first.
    await vi.waitUntil(async () => Date.now() > (await one.channel('room').members())[0]!.joined)
    await two.channel('room').join(b, { name: 'Bob' })
    const who = [{ name: 'Ada', since: '1970-01-01T00:00:00.000Z' }, { name: 'Bob' }]
    // Also for who has not joined, and for who comes later.
    for (const channels of [one, two, make()])
      await soon(async () =>
        expect((await channels.channel('room').members()).map(({ about }) => about)).toEqual(who),
      )
    const [ada] = await two.channel('room').members()
    await one.channel('room').join(a, { name: 'Ada', away: true })
    await soon(async () => {
      const [now, ...rest] = await two.channel('room').members()
      expect(now).toEqual({ ...ada, about: { name: 'Ada', away: true } })
      expect(rest).toHaveLength(1)
    })
    a.leave()
    await soon(async () => expect(await two.channel('room').members()).toHaveLength(1))
    two.channel('room').leave(b)
    await soon(async () => expect(await one.channel('room').members()).toEqual([]))
  })

  test.runIf(runs)('watch tells who came and went', async () => {
    const make = await over(way)
    const [one, two] = [make(), make()]
    const [a, b] = [joiner(), joiner()]
    await one.channel('room').join(a, 'a')
    const seen: string[] = []
    const names = (list: MemberChange['members']): string => list.map(({ about }) => about).join()
    const stop = await two
      .channel('room')
      .watch(({ joined, left, members }) => seen.push(`+${names(joined)} -${names(left)} =${names(members)}`))
    await soon(() => expect(seen.at(-1)).toBe('+a - =a'))
    seen.length = 0
    await one.channel('room').join(b, 'b')
    await soon(() => expect(seen.at(-1)).toBe('+b - =a,b'))
    a.leave()
    await soon(() => expect(seen.at(-1)).toBe('+ -a =b'))
    stop()
    b.leave()
    await soon(async () => expect(await two.channel('room').members()).toEqual([]))
    expect(seen).toHaveLength(2)
  })

  test.runIf(runs)('a process that closes takes its members with it', async () => {
    const make = await over(way)
    const [one, two] = [make(), make()]
    await one.channel('room').join(joiner(), 'a')
    await soon(async () => expect(await two.channel('room').members()).toHaveLength(1))
    await one.close()
    await soon(async () => expect(await two.channel('room').members()).toEqual([]))
  })

  test.runIf(runs)('sites of other names keep apart where they share a server', async () => {
    const make = await over(way)
    if (way === 'relay') return
    const [one, other] = [make('one'), make('two')]
    const [a, b] = [joiner(), joiner()]
    await one.channel('room').join(a, 'a')
    await other.channel('room').join(b, 'b')
    await one.channel('room').send('mine')
    await other.channel('room').send('theirs')
    await soon(() => expect(b.heard).toEqual(['theirs']))
    expect(a.heard).toEqual(['mine'])
    expect(await one.channel('room').members()).toHaveLength(1)
  })
})

test.runIf(hasRedis)(
  '#10 while Redis is away what is sent here is heard here; afterwards all goes on as before',
  async () => {
    const make = await over('redis')
    const [one, two] = [make(), make()]
    const [a, b, late] = [joiner(), joiner(), joiner()]
    await one.channel('room').join(a, 'a')
    await two.channel('room').join(b, 'b')
    await make.redis!.stop()
    await soon(() => expect(one.lines.join()).toContain('cannot be reached'))
    await one.channel('room').send('alone')
    expect(a.heard).toEqual(['alone'])
    // Whoever comes meanwhile, or goes, is set right when it is back.
    await one.channel('room').join(late, 'late')
    b.leave()
    expect((await one.channel('room').members()).map(({ about }) => about)).toEqual(['a', 'late'])
    await make.redis!.start()
    await soon(() => expect(one.lines.join()).toContain('there again'))
    const back = joiner()
    await two.channel('room').join(back, 'back')
    await soon(async () => {
      await two.channel('room').send('together')
      expect(a.heard.at(-1)).toBe('together')
      expect(late.heard.at(-1)).toBe('together')
    })
    await soon(async () =>
      expect((await two.channel('room').members()).map(({ about }) => about)).toEqual(['a', 'late', 'back']),
    )
    // Nothing was kept of what was sent meanwhile.
    expect(back.heard).not.toContain('alone')
  },
)

test.runIf(hasRedis)(
  '#10 a site starts without Redis, and is joined to the others when it comes',
  async () => {
    const make = await over('redis')
    await make.redis!.stop()
    const [one, two] = [make(), make()]
    const [a, b] = [joiner(), joiner()]
    await one.channel('room').join(a, 'a')
    await two.channel('room').join(b, 'b')
    await one.channel('room').send('alone')
    expect([a.heard, b.heard]).toEqual([['alone'], []])
    await make.redis!.start()
    await soon(async () => {
      await one.channel('room').send('together')
      expect(b.heard.at(-1)).toBe('together')
    })
    await soon(async () => expect(await two.channel('room').members()).toHaveLength(2))
  },
)

test('#10 when a process of this machine is killed, its members are gone at that moment, and nobody else’s', async () => {
  const make = await over('relay')
  const [one, two, three] = [make(), make(), make()]
  for (const [about, channels] of [one, two, three].entries())
    await channels.channel('room').join(joiner(), about)
  const there: unknown[] = []
  const soonThere = (who: number[]): Promise<void> => soon(() => expect(there.at(-1)).toEqual(who))
  await one
    .channel('room')
    .watch(({ members }) => there.push(members.map(({ about }) => Number(about)).toSorted((a, b) => a - b)))
  await soonThere([0, 1, 2])
  make.end(2)
  expect(there.at(-1)).toEqual([0, 2])
  make.end(2)
  expect(await one.channel('room').members()).toHaveLength(2)
})

test('#10 in one process: code subscribes, what fails for one harms no other', async () => {
  const lines: string[] = []
  const channels = createChannels({
    url: 'memory:',
    name: 'site',
    log: { error: (_: object, line: string) => lines.push(line) } as never,
  })
  const room = channels.channel('room')
  const heard: unknown[] = []
  const sent = { at: new Date(0) }
  await room.join(
    joiner(() => {
      throw new Error('broken joiner')
    }),
  )
  await room.subscribe(() => {
    throw new Error('broken')
  })
  await room.subscribe(async () => {
    await Promise.resolve()
    throw new Error('broken later')
  })
  const stop = await room.subscribe((message) => heard.push(message))
  await room.send(sent)
  stop()
  await room.send('more')
  // As it would be from another process.
  expect(heard).toEqual([{ at: '1970-01-01T00:00:00.000Z' }])
  await soon(() => expect(lines.length).toBe(6))
  expect([...new Set(lines)]).toEqual([
    'The channel room could not reach one who joined',
    'The channel room could not be taken',
  ])
  await channels.close()
})

test('#10 who watches ten thousand come and go pays for a list of them only when it is read', async () => {
  const channels = createChannels({ url: 'memory:', name: 'site', log: {} as never })
  const room = channels.channel('crowd')
  let changes = 0
  let last: unknown[] = []
  await room.watch((change) => {
    changes++
    expect(Object.keys(change)).toEqual(['joined', 'left', 'members'])
    if (changes % 2000 === 1) last = [...change.members]
  })
  const crowd = Array.from({ length: 10_000 }, () => joiner())
  for (const one of crowd) await room.join(one)
  expect([changes, last.length]).toEqual([10_001, 10_000])
  expect(await room.members()).toHaveLength(10_000)
  for (const one of crowd) room.leave(one)
  expect([changes, await room.members()]).toEqual([20_001, []])
})

test.each(['x'.repeat(201), 'half \ud83d', '\udc00'])(
  'a user who asks for the room %j is told so with 400',
  (name) => {
    const channels = createChannels({ url: 'memory:', name: 'site', log: {} as never })
    expect(() => channels.channel(name)).toThrow(
      expect.objectContaining({ code: 'TAO_CHANNEL_NAME_UNFIT', status: 400 }),
    )
  },
)

test.each([[''], [undefined], [7]])('%o is no name of a channel', (name) => {
  const channels = createChannels({ url: 'memory:', name: 'site', log: {} as never })
  expect(() => channels.channel(name as string)).toThrow(
    expect.objectContaining({ code: 'TAO_CHANNEL_NAME' }),
  )
})

test('what has no JSON is no message and nothing to say of a member', async () => {
  const room = createChannels({ url: 'memory:', name: 'site', log: {} as never }).channel('room')
  await expect(room.send(undefined)).rejects.toMatchObject({ code: 'TAO_CHANNEL_MESSAGE' })
  await expect(room.join(joiner(), () => 1)).rejects.toMatchObject({ code: 'TAO_CHANNEL_MESSAGE' })
  expect(await room.members()).toEqual([])
})

test('one that is closed already does not join', async () => {
  const room = createChannels({ url: 'memory:', name: 'site', log: {} as never }).channel('room')
  const gone = joiner()
  gone.leave()
  await room.join(gone)
  expect(await room.members()).toEqual([])
})
