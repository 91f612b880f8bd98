import { ObjectId, Timestamp } from '../../../src/mongo/bson/value.ts'
import { describe, expect, it } from 'vitest'
import { codeOf, evaluate, show, title } from './evaluate.ts'
import type { Row } from './evaluate.ts'

const D = new Date('2017-01-01T10:23:45.678Z')
const NY = 'America/New_York'
const RESULTS: readonly Row[] = [
  [{ $year: D }, 2017],
  [{ $month: [D] }, 1],
  [{ $dayOfMonth: { date: new Date('2016-01-01T03:00:00Z'), timezone: NY } }, 31],
  [{ $hour: { date: D, timezone: '+0330' } }, 13],
  [{ $minute: { date: D, timezone: '-03:30' } }, 53],
  [{ $second: D }, 45],
  [{ $millisecond: D }, 678],
  [{ $dayOfYear: new Date('2016-12-31T00:00:00Z') }, 366],
  [{ $dayOfWeek: D }, 1],
  [{ $week: D }, 1],
  [{ $week: new Date('2016-01-01T00:00:00Z') }, 0],
  [{ $isoWeek: new Date('2016-01-04T00:00:00Z') }, 1],
  [{ $isoWeekYear: new Date('2017-01-01T00:00:00Z') }, 'long 2016'],
  [{ $isoDayOfWeek: D }, 7],
  [{ $year: null }, null],
  [{ $year: { date: D, timezone: null } }, null],
  [{ $year: new ObjectId('58c7cba47bbadf523cf2c313') }, 2017],
  [{ $year: new Timestamp({ t: 1483266225, i: 1 }) }, 2017],
  [
    { $dateToParts: { date: D } },
    { year: 2017, month: 1, day: 1, hour: 10, minute: 23, second: 45, millisecond: 678 },
  ],
  [
    { $dateToParts: { date: D, iso8601: true } },
    { isoWeekYear: 2016, isoWeek: 52, isoDayOfWeek: 7, hour: 10, minute: 23, second: 45, millisecond: 678 },
  ],
  [{ $dateFromParts: { year: 2017, month: 2, day: 8, hour: 12 } }, new Date('2017-02-08T12:00:00Z')],
  [{ $dateFromParts: { year: 2017, month: 14, day: 1 } }, new Date('2018-02-01T00:00:00Z')],
  [{ $dateFromParts: { year: 2017, month: 0, day: 1 } }, new Date('2016-12-01T00:00:00Z')],
  [{ $dateFromParts: { isoWeekYear: 2017, isoWeek: 6, isoDayOfWeek: 3 } }, new Date('2017-02-08T00:00:00Z')],
  [
    { $dateFromParts: { year: 2016, month: 12, day: 31, hour: 23, minute: 46, second: 12, timezone: NY } },
    new Date('2017-01-01T04:46:12Z'),
  ],
  [{ $dateFromParts: { year: null } }, null],
  [{ $dateToString: { date: D } }, '2017-01-01T10:23:45.678Z'],
  [{ $dateToString: { date: D, timezone: NY } }, '2017-01-01T05:23:45.678'],
  [
    { $dateToString: { date: D, format: '%Y/%m/%d %H:%M:%S:%L %j %w %u %U %V %G %%' } },
    '2017/01/01 10:23:45:678 001 1 7 01 52 2016 %',
  ],
  [{ $dateToString: { date: D, format: '%z %Z', timezone: NY } }, '-0500 -300'],
  [{ $dateToString: { date: D, format: '%H:%M:%S%z', timezone: '+04:30' } }, '14:53:45+0430'],
  [{ $dateToString: { date: null, onNull: 'none' } }, 'none'],
  [{ $dateFromString: { dateString: '2017-02-08T12:10:40.787' } }, new Date('2017-02-08T12:10:40.787Z')],
  [
    { $dateFromString: { dateString: '2017-02-08T12:10:40.787', timezone: NY } },
    new Date('2017-02-08T17:10:40.787Z'),
  ],
  [{ $dateFromString: { dateString: '06-15-2018', format: '%m-%d-%Y' } }, new Date('2018-06-15T00:00:00Z')],
  [
    { $dateFromString: { dateString: 'Jan 5, 2020 03:04', format: '%b %d, %Y %H:%M' } },
    new Date('2020-01-05T03:04:00Z'),
  ],
  [{ $dateFromString: { dateString: '2018 W25 3', format: '%G W%V %u' } }, new Date('2018-06-20T00:00:00Z')],
  [
    { $dateFromString: { dateString: '2021-01-11 12:53 MST', format: '%Y-%m-%d %H:%M %z' } },
    new Date('2021-01-11T19:53:00Z'),
  ],
  [
    { $dateFromString: { dateString: '2021-01-11 12:53 GMT-03:00', format: '%Y-%m-%d %H:%M %z' } },
    new Date('2021-01-11T15:53:00Z'),
  ],
  [{ $dateFromString: { dateString: '2024 234', format: '%Y %j' } }, new Date('2024-08-21T00:00:00Z')],
  [{ $toDate: '2017-Jul-04 noon' }, new Date('2017-07-04T12:00:00Z')],
  [{ $toDate: 'July 4th, 2017 11am' }, new Date('2017-07-04T11:00:00Z')],
  [{ $dateFromString: { dateString: 'x', onError: 'bad' } }, 'bad'],
  [{ $dateFromString: { dateString: null, onNull: 'none' } }, 'none'],
  [
    { $dateAdd: { startDate: new Date('2020-10-31T12:10:05Z'), unit: 'month', amount: 1 } },
    new Date('2020-11-30T12:10:05Z'),
  ],
  [
    { $dateAdd: { startDate: new Date('2024-02-29T00:00:00Z'), unit: 'year', amount: 1 } },
    new Date('2025-02-28T00:00:00Z'),
  ],
  [
    { $dateAdd: { startDate: new Date('2021-03-13T16:00:00Z'), unit: 'day', amount: 1, timezone: NY } },
    new Date('2021-03-14T15:00:00Z'),
  ],
  [
    { $dateAdd: { startDate: new Date('2021-03-13T16:00:00Z'), unit: 'hour', amount: 24, timezone: NY } },
    new Date('2021-03-14T16:00:00Z'),
  ],
  [
    { $dateSubtract: { startDate: new Date('2020-03-31T00:00:00Z'), unit: 'quarter', amount: 1 } },
    new Date('2019-12-31T00:00:00Z'),
  ],
  [
    { $dateSubtract: { startDate: new Date('2020-03-31T00:00:00Z'), unit: 'month', amount: 1 } },
    new Date('2020-02-29T00:00:00Z'),
  ],
  [{ $dateAdd: { startDate: null, unit: 'day', amount: 1 } }, null],
  [
    {
      $dateDiff: {
        startDate: new Date('2020-12-31T23:59:59Z'),
        endDate: new Date('2021-01-01T00:00:00Z'),
        unit: 'year',
      },
    },
    'long 1',
  ],
  [
    {
      $dateDiff: {
        startDate: new Date('2021-01-01T00:00:00Z'),
        endDate: new Date('2020-01-01T00:00:00Z'),
        unit: 'day',
      },
    },
    'long -366',
  ],
  [
    {
      $dateDiff: {
        startDate: new Date('2021-03-13T17:00:00Z'),
        endDate: new Date('2021-03-14T17:00:00Z'),
        unit: 'hour',
        timezone: NY,
      },
    },
    'long 24',
  ],
  [
    {
      $dateDiff: {
        startDate: new Date('2021-01-01T00:00:00Z'),
        endDate: new Date('2021-01-04T00:00:00Z'),
        unit: 'week',
        startOfWeek: 'Monday',
      },
    },
    'long 1',
  ],
  [
    {
      $dateDiff: {
        startDate: new Date('2021-01-01T00:00:00Z'),
        endDate: new Date('2021-01-04T00:00:00Z'),
        unit: 'week',
        startOfWeek: 'fri',
      },
    },
    'long 0',
  ],
  [
    {
      $dateDiff: {
        startDate: new Date('2021-01-01T00:00:00Z'),
        endDate: new Date('2021-12-01T00:00:00Z'),
        unit: 'quarter',
      },
    },
    'long 3',
  ],
  [
    { $dateTrunc: { date: new Date('2021-05-20T11:08:29Z'), unit: 'hour', binSize: 2 } },
    new Date('2021-05-20T10:00:00Z'),
  ],
  [
    {
      $dateTrunc: {
        date: new Date('2020-05-18T14:10:30Z'),
        unit: 'week',
        binSize: 2,
        timezone: 'America/Los_Angeles',
        startOfWeek: 'Monday',
      },
    },
    new Date('2020-05-11T07:00:00Z'),
  ],
  [
    { $dateTrunc: { date: new Date('2021-08-15T00:00:00Z'), unit: 'quarter' } },
    new Date('2021-07-01T00:00:00Z'),
  ],
  [
    { $dateTrunc: { date: new Date('1998-08-15T00:00:00Z'), unit: 'year', binSize: 5 } },
    new Date('1995-01-01T00:00:00Z'),
  ],
  [{ $dateTrunc: { date: null, unit: 'day' } }, null],
  // Hours are time that has passed since 2000-01-01 in the zone, whatever its clock says.
  ...(
    [
      ['2025-07-01T12:30:00Z', 2, '2025-07-01T11:00:00Z'],
      ['2025-01-01T12:30:00Z', 2, '2025-01-01T11:00:00Z'],
      ['2025-03-30T01:30:00Z', 2, '2025-03-30T01:00:00Z'],
      ['2025-03-30T02:30:00Z', 2, '2025-03-30T01:00:00Z'],
      ['2025-10-26T00:30:00Z', 1, '2025-10-26T00:00:00Z'],
      ['2025-10-26T01:30:00Z', 1, '2025-10-26T01:00:00Z'],
    ] as const
  ).map(([date, binSize, expected]): [object, Date] => [
    { $dateTrunc: { date: new Date(date), unit: 'hour', binSize, timezone: 'Europe/Berlin' } },
    new Date(expected),
  ]),
  ...(
    [
      ['2025-03-30T00:30:00Z', 'hour', 1, '2025-03-30T01:30:00Z'],
      ['2025-03-29T12:00:00Z', 'hour', 24, '2025-03-30T12:00:00Z'],
      ['2025-03-29T12:00:00Z', 'day', 1, '2025-03-30T11:00:00Z'],
      ['2025-10-25T12:00:00Z', 'day', 1, '2025-10-26T13:00:00Z'],
    ] as const
  ).map(([date, unit, amount, expected]): [object, Date] => [
    { $dateAdd: { startDate: new Date(date), unit, amount, timezone: 'Europe/Berlin' } },
    new Date(expected),
  ]),
  ...(
    [
      ['2025-03-29T23:00:00Z', '2025-03-30T22:00:00Z', 'hour', 'long 23'],
      ['2025-03-29T23:00:00Z', '2025-03-30T22:00:00Z', 'day', 'long 1'],
      ['2025-10-26T00:30:00Z', '2025-10-26T01:10:00Z', 'hour', 'long 1'],
    ] as const
  ).map(([start, end, unit, expected]): [object, string] => [
    { $dateDiff: { startDate: new Date(start), endDate: new Date(end), unit, timezone: 'Europe/Berlin' } },
    expected,
  ]),
  ...(
    [
      ['Asia/Kolkata', '+0530 330'],
      ['America/New_York', '-0400 -240'],
      ['-04', '-0400 -240'],
      ['GMT', '+0000 0'],
    ] as const
  ).map(([timezone, expected]): [object, string] => [
    { $dateToString: { date: new Date('2025-07-01T12:00:00Z'), format: '%z %Z', timezone } },
    expected,
  ]),
  ...(
    [
      ['2025-07-01 12:00 +0530', '%Y-%m-%d %H:%M %z', '2025-07-01T06:30:00Z'],
      ['2025-07-01 12:00 +05:30', '%Y-%m-%d %H:%M %z', '2025-07-01T06:30:00Z'],
      ['2025-07-01 12:00 Z', '%Y-%m-%d %H:%M %z', '2025-07-01T12:00:00Z'],
      ['2025-07-01 12:00 +90', '%Y-%m-%d %H:%M %Z', '2025-07-01T10:30:00Z'],
      ['2025-07-01 12:00 -90', '%Y-%m-%d %H:%M %Z', '2025-07-01T13:30:00Z'],
    ] as const
  ).map(([dateString, format, expected]): [object, Date] => [
    { $dateFromString: { dateString, format } },
    new Date(expected),
  ]),
]
const CODES: readonly (readonly [unknown, number])[] = [
  [{ $year: 'a' }, 16006],
  [{ $year: [D, D] }, 40536],
  [{ $year: { date: D, timezone: 5 } }, 40517],
  [{ $year: { date: D, timezone: 'Nowhere/Land' } }, 40485],
  [{ $year: { timezone: 'UTC' } }, 40539],
  [{ $year: { date: D, x: 1 } }, 40535],
  [{ $dateToParts: 1 }, 40524],
  [{ $dateToParts: { date: D, iso8601: 1 } }, 40521],
  [{ $dateFromParts: {} }, 40516],
  [{ $dateFromParts: { year: 2017, isoWeek: 1 } }, 40489],
  [{ $dateFromParts: { isoWeekYear: 2017, month: 1 } }, 40525],
  [{ $dateFromParts: { year: 2017.5 } }, 40515],
  [{ $dateFromParts: { year: 0 } }, 40523],
  [{ $dateFromParts: { year: 2017, month: 40000 } }, 31034],
  [{ $dateToString: 1 }, 18629],
  [{ $dateToString: {} }, 18628],
  [{ $dateToString: { date: D, x: 1 } }, 18534],
  [{ $dateToString: { date: D, format: 5 } }, 18533],
  [{ $dateToString: { date: D, format: '%' } }, 18535],
  [{ $dateToString: { date: D, format: '%x' } }, 18536],
  [{ $dateFromString: 1 }, 40540],
  [{ $dateFromString: {} }, 40542],
  [{ $dateFromString: { dateString: 5 } }, 241],
  [{ $dateFromString: { dateString: '2017-02-08T12:10:40Z', timezone: NY } }, 241],
  [{ $dateAdd: 1 }, 5166400],
  [{ $dateAdd: { startDate: D, unit: 'day' } }, 5166402],
  [{ $dateAdd: { startDate: 'a', unit: 'day', amount: 1 } }, 5166403],
  [{ $dateAdd: { startDate: D, unit: 'day', amount: 1.5 } }, 5166405],
  [{ $dateAdd: { startDate: D, unit: 'eon', amount: 1 } }, 9],
  [{ $dateDiff: { startDate: D, endDate: D } }, 5166305],
  [{ $dateDiff: { startDate: 'a', endDate: D, unit: 'day' } }, 5166307],
  [{ $dateDiff: { startDate: D, endDate: D, unit: 5 } }, 5439013],
  [{ $dateDiff: { startDate: D, endDate: D, unit: 'week', startOfWeek: 'someday' } }, 5439016],
  [{ $dateTrunc: { date: 'a', unit: 'day' } }, 5439012],
  [{ $dateTrunc: { date: D, unit: 5 } }, 5439013],
  [{ $dateTrunc: { date: D, unit: 'day', binSize: 0 } }, 5439018],
  [{ $dateTrunc: { date: D, unit: 'day', binSize: 'a' } }, 5439017],
  [{ $dateTrunc: { date: D, unit: 'day', binSize: 200_000_000_000n } }, 5439006],
  [{ $dateTrunc: { date: D, unit: 'hour', binSize: 9_000_000_000_000_000n } }, 5439002],
]

describe('date expressions', () => {
  it.each(RESULTS.map((row) => [title(row[0]), ...row] as const))(
    'evaluate %s',
    (_title, expression, expected, doc = {}) => {
      expect(show(evaluate(expression, doc))).toEqual(expected)
    },
  )
  it.each(CODES.map((row) => [title(row[0]), ...row] as const))('refuse %s', (_title, expression, code) => {
    expect(codeOf(expression)).toBe(code)
  })
})
