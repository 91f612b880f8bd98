import { describe, expect, it } from 'vitest'
import { compileExpression } from '../../../src/mongo/expression/compile.ts'
import { fromPlain, toDoc } from '../../../src/mongo/bson/plain.ts'
import type { Value } from '../../../src/mongo/bson/value.ts'
import { codeOf, evaluate, NOW, show, title } from './evaluate.ts'
import type { Row } from './evaluate.ts'

const DOC = { a: 1, b: { c: 2 }, l: [{ x: 1 }, { x: [2, 3] }, 4, { y: 1 }], n: null }

const RESULTS: readonly Row[] = [
  ['$a', 1],
  ['$b.c', 2],
  ['$b.c.d', 'missing'],
  ['$l.x', [1, [2, 3]]],
  ['$l.0', []],
  ['$nothing', 'missing'],
  ['$$ROOT.b', { c: 2 }],
  ['$$CURRENT.a', 1],
  ['$$NOW', NOW],
  ['$$REMOVE', 'missing'],
  ['$$USER_ROLES', []],
  ['text', 'text'],
  [
    ['$a', '$nothing'],
    [1, null],
  ],
  [
    { p: '$a', q: '$nothing', r: { s: '$b.c' } },
    { p: 1, r: { s: 2 } },
  ],
  [{}, {}],
  [{ $literal: '$a' }, '$a'],
  [{ $literal: { $add: [1] } }, { $add: [1] }],
  [{ $const: 5 }, 5],
  [{ $let: { vars: { x: '$a', y: 5 }, in: { $add: ['$$x', '$$y'] } } }, 6],
  [{ $let: { vars: { CURRENT: '$b' }, in: '$c' } }, 2],
  [{ $let: { vars: { CURRENT: '$b' }, in: '$$ROOT.a' } }, 1],
  [{ $let: { vars: { x: 1 }, in: { $let: { vars: { x: 2, y: '$$x' }, in: ['$$x', '$$y'] } } } }, [2, 1]],
  [{ $map: { input: [1, 2], in: { $multiply: ['$$this', 2] } } }, [2, 4]],
  [{ $map: { input: '$l', as: 'e', in: '$$e.x' } }, [1, [2, 3], null, null]],
  [{ $map: { input: '$n', in: 1 } }, null],
  [
    {
      $map: { input: [1, 2], as: 'i', in: { $map: { input: [10], as: 'j', in: { $add: ['$$i', '$$j'] } } } },
    },
    [[11], [12]],
  ],
  [{ $filter: { input: [1, 2, 3, 4], as: 'n', cond: { $gt: ['$$n', 1] } } }, [2, 3, 4]],
  [{ $filter: { input: [1, 2, 3, 4], cond: { $gt: ['$$this', 1] }, limit: 2 } }, [2, 3]],
  [{ $filter: { input: null, cond: true } }, null],
  [{ $reduce: { input: ['a', 'b'], initialValue: '', in: { $concat: ['$$value', '$$this'] } } }, 'ab'],
  [{ $reduce: { input: [], initialValue: 7, in: 1 } }, 7],
  [{ $reduce: { input: '$nothing', initialValue: 7, in: 1 } }, null],
  [{ $meta: 'recordId' }, 'missing'],
]

const CODES: readonly (readonly [unknown, number])[] = [
  ['$', 16872],
  ['$$', 9],
  ['$$nope', 17276],
  ['$$Nope', 17276],
  ['$a.', 40353],
  ['$a..b', 15998],
  ['$a.$b', 16410],
  [{ $nope: 1 }, 168],
  [{ $constructor: 1 }, 168],
  [{ $add: [1], $subtract: [1] }, 15983],
  [{ a: 1, $b: 2 }, 16410],
  [{ 'a.b': 1 }, 16412],
  [{ $let: 1 }, 16874],
  [{ $let: { vars: {}, in: 1, more: 1 } }, 16875],
  [{ $let: { in: 1 } }, 16876],
  [{ $let: { vars: {} } }, 16877],
  [{ $let: { vars: { A: 1 }, in: 1 } }, 9],
  [{ $let: { vars: { 'a-b': 1 }, in: 1 } }, 9],
  [{ $map: 1 }, 16878],
  [{ $map: { input: [], in: 1, x: 1 } }, 16879],
  [{ $map: { in: 1 } }, 16880],
  [{ $map: { input: [] } }, 16882],
  [{ $map: { input: 1, in: 1 } }, 16883],
  [{ $filter: { input: 1, cond: true } }, 28651],
  [{ $filter: { input: [1], cond: true, limit: 0 } }, 327392],
  [{ $reduce: 1 }, 40075],
  [{ $reduce: { input: 1, initialValue: 1, in: 1 } }, 40080],
  ['$$CLUSTER_TIME', 51144],
  [{ $meta: 'nope' }, 17308],
  [{ $function: { body: '', args: [], lang: 'js' } }, 115],
]

describe('compileExpression', () => {
  it.each(RESULTS.map((row) => [title(row[0]), ...row] as const))(
    'evaluates %s',
    (_title, expression, expected) => {
      expect(show(evaluate(expression, DOC))).toEqual(expected)
    },
  )
  it.each(CODES.map((row) => [title(row[0]), ...row] as const))('refuses %s', (_title, expression, code) => {
    expect(codeOf(expression)).toBe(code)
  })

  it('reads the variables of the command when it runs, so that they may change between documents', () => {
    const variables = new Map<string, Value>([['x', 1]])
    const expression = compileExpression(fromPlain({ $add: ['$$x', '$a'] }), { now: NOW, variables })
    expect(expression(toDoc({ a: 1 }), new Map())).toBe(2)
    variables.set('x', 10)
    expect(expression(toDoc({ a: 1 }), new Map())).toBe(11)
  })

  it('takes names that its caller announces', () => {
    const expression = compileExpression('$$mine.a', { now: NOW }, new Set(['mine']))
    expect(expression(new Map(), new Map([['mine', toDoc({ a: 5 })]]))).toBe(5)
  })

  it('marks what depends on constants only, and evaluates it once', () => {
    expect(compileExpression(fromPlain({ $add: [1, { $multiply: [2, 3] }] }), { now: NOW }).constant).toBe(
      true,
    )
    expect(compileExpression(fromPlain({ $add: [1, '$a'] }), { now: NOW }).constant).toBeUndefined()
    expect(compileExpression(fromPlain({ $rand: {} }), { now: NOW }).constant).toBeUndefined()
  })

  it('keeps the order of integer-like names', () => {
    const made = evaluate(
      new Map([
        ['b', 1],
        ['1', 2],
      ]),
    ) as Map<string, Value>
    expect([...made.keys()]).toEqual(['b', '1'])
  })
})
