import { describe, expect, it } from 'vitest'
import { codeOf, decimal, evaluate, show } from './evaluate.ts'

const OPERATORS = [
  ['$sin', Math.sin, '0.5'],
  ['$cos', Math.cos, '0.5'],
  ['$tan', Math.tan, '0.5'],
  ['$asin', Math.asin, '0.5'],
  ['$acos', Math.acos, '0.5'],
  ['$atan', Math.atan, '0.5'],
  ['$sinh', Math.sinh, '0.5'],
  ['$cosh', Math.cosh, '0.5'],
  ['$tanh', Math.tanh, '0.5'],
  ['$asinh', Math.asinh, '0.5'],
  ['$acosh', Math.acosh, '1.5'],
  ['$atanh', Math.atanh, '0.5'],
  ['$degreesToRadians', (x: number): number => (x * Math.PI) / 180, '90.5'],
  ['$radiansToDegrees', (x: number): number => (x * 180) / Math.PI, '0.5'],
] as const

describe('trigonometric expressions', () => {
  it.each(OPERATORS)('%s agrees between doubles and decimals', (name, reference, text) => {
    const number = Number(text)
    expect(Number(evaluate({ [name]: number }))).toBeCloseTo(reference(number), 14)
    const exact = evaluate({ [name]: decimal(text) })
    expect(String(show(exact))).toMatch(/^decimal/)
    expect(Number(String(show(exact)).replace('decimal ', ''))).toBeCloseTo(reference(number), 14)
  })

  it('gives decimals 34 digits', () => {
    expect(show(evaluate({ $sin: decimal('1') }))).toBe('decimal 0.8414709848078965066525023216302990')
    expect(show(evaluate({ $acos: decimal('-1') }))).toBe('decimal 3.141592653589793238462643383279503')
    expect(show(evaluate({ $atan2: [decimal('1'), decimal('-1')] }))).toBe(
      'decimal 2.356194490192344928846982537459627',
    )
    expect(show(evaluate({ $sin: decimal('1000000') }))).toBe('decimal -0.3499935021712929521176524867807715')
  })

  it('keeps null and NaN', () => {
    expect(evaluate({ $sin: null })).toBe(null)
    expect(evaluate({ $cos: NaN })).toBeNaN()
    expect(evaluate({ $atan2: [null, 1] })).toBe(null)
  })

  it('refuses what lies outside a domain, and what is no number', () => {
    expect(codeOf({ $sin: Infinity })).toBe(50989)
    expect(codeOf({ $asin: 2 })).toBe(50989)
    expect(codeOf({ $acosh: 0.5 })).toBe(50989)
    expect(codeOf({ $tan: 'a' })).toBe(28765)
    expect(codeOf({ $atan2: ['a', 1] })).toBe(51044)
    expect(codeOf({ $atan2: [1, 'a'] })).toBe(51045)
  })
})
