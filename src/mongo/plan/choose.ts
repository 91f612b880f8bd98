import { encode } from '../bson/codec.ts'
import { fail } from '../bson/errors.ts'
import { BSONRegExp, isDoc, isText, UNDEFINED, type Doc, type Value } from '../bson/value.ts'
import { asNumber, type Collection } from '../collection/collection.ts'
import type { Index } from '../index/index-state.ts'
import type { FilterNode } from '../query/compile-filter.ts'
import { boundsOf, isExactFor, rangesOf } from './bounds.ts'
import { checkMinMax, limitRange } from './min-max.ts'
import type { CollectionScan, IdLookup, IndexScan, Plan, Query } from './plan.ts'
import { alternativesOf, predicatesOf, type PathPredicate } from './predicates.ts'
import { indexOrder } from './sort-order.ts'
import { coversFilter, sameCollation, withoutText } from './usable.ts'

const SCAN: CollectionScan = { kind: 'scan', reverse: false }

/**
 * Decides how a query is read: by `_id`, by the index that narrows it most, by the indexes of an `$or`, by an index that
 * gives its order, or by looking at every document.
 *
 * @throws MongoError 2 for a hint that names no index, 291 for one that cannot serve the query
 */
export function choosePlan(collection: Collection, query: Query): Plan {
  const { filter, sort, hint } = query
  const natural = naturalOrder('hint', isDoc(hint) ? hint : undefined) ?? naturalOrder('sort', sort)
  if (natural) return { kind: 'scan', reverse: natural < 0 }
  const { node } = filter
  checkMinMax(query)
  if (hint !== undefined && !(isDoc(hint) && hint.size === 0)) {
    const index = hintedIndex(collection, hint)
    const scan = hintedScan(index, query, predicatesOf(node))
    if (scan) return scan
    return fail(291, 'error processing query: planner returned error :: caused by :: No query solutions')
  }
  if (query.min || query.max)
    fail(51173, 'When using min()/max() a hint of which index to use must be provided')
  const byId = idLookup(collection, query, node)
  if (byId) return byId
  const predicates = predicatesOf(node)
  const candidates = collection.indexes
    .filter((index) => index.ready && !index.spec.hidden)
    .map((index) => indexScan(index, query, predicates))
    .filter((scan) => scan !== undefined)
  const best = candidates.toSorted(byWorth)[0]
  if (best && best.bounds.predicates.length > 0) return best
  const union = unionOf(collection, query, node)
  if (union) return union
  return best?.sorted && sort && sort.size > 0 ? best : SCAN
}

function naturalOrder(option: string, doc: Doc | undefined): number | undefined {
  const given = doc?.get('$natural')
  if (given === undefined) return undefined
  const order = asNumber(given)
  if (order === 1 || order === -1) return order
  return fail(2, `$natural ${option} cannot be set to a value other than -1 or 1.`)
}

function hintedIndex(collection: Collection, hint: string | Doc): Index {
  const wanted = isDoc(hint) ? encode(hint) : undefined
  const found = collection.indexes.find(({ ready, spec }) => {
    if (!ready || spec.hidden) return false
    return wanted ? sameKey(spec.document.get('key') as Doc, hint as Doc) : spec.name === hint
  })
  return (
    found ??
    fail(
      2,
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    )
  )
}

function sameKey(key: Doc, hint: Doc): boolean {
  const [a, b] = [[...key], [...hint]]
  return (
    a.length === b.length &&
    a.every(([path, order], at) => b[at]?.[0] === path && asNumber(b[at][1]) === asNumber(order))
  )
}

/** A sparse index is used when told to, though documents be missing from it; a partial one never. */
function hintedScan(index: Index, query: Query, predicates: PathPredicate[]): IndexScan | undefined {
  if (index.partial && !coversFilter(index, predicates)) return undefined
  return makeScan(index, query, predicates)
}

function indexScan(index: Index, query: Query, predicates: PathPredicate[]): IndexScan | undefined {
  return coversFilter(index, predicates) ? makeScan(index, query, predicates) : undefined
}

function makeScan(index: Index, query: Query, predicates: PathPredicate[]): IndexScan | undefined {
  const comparable = sameCollation(index, query.collation)
  const usable = comparable ? predicates : withoutText(predicates)
  const bounds = boundsOf(index, usable)
  const order =
    query.sort && query.sort.size > 0 && comparable ? indexOrder(index, bounds, query.sort) : undefined
  const ranges = rangesOf(index, bounds)
  const limited =
    query.min || query.max
      ? ranges.flatMap((range) => limitRange(index, range, query.min, query.max))
      : ranges
  return {
    kind: 'index',
    index,
    bounds,
    ranges: limited,
    reverse: order === 'backward',
    sorted: order !== undefined,
    exact: isExactFor(index, bounds, conditions(query.filter.node), predicates),
  }
}

function conditions(node: FilterNode): number {
  return node.op === 'and' ? node.children.length : 1
}

/** More points first, then a stretch, then the order; a unique index held to one point finds at most one. */
function byWorth(a: IndexScan, b: IndexScan): number {
  return worth(b) - worth(a)
}

function worth({ index, bounds, sorted, ranges }: IndexScan): number {
  const unique = index.spec.unique && bounds.points === index.spec.fields.length && ranges.length === 1
  const narrow = bounds.predicates.length > 0
  const many = Math.min(ranges.length, 5000) / 5001
  return (
    (unique ? 1000 : 0) +
    (narrow ? 100 : 0) +
    bounds.points * 10 +
    (bounds.stretch ? 5 : 0) +
    (sorted ? 7 : 0) -
    many
  )
}

function idLookup(collection: Collection, query: Query, node: FilterNode): IdLookup | undefined {
  if (node.op !== 'field' || node.path !== '_id' || node.operator !== '$eq' || node.negated) return undefined
  const { operand } = node
  if (operand instanceof BSONRegExp || Array.isArray(operand) || operand === UNDEFINED || operand === null)
    return undefined
  const index = collection.idIndex
  if (!sameCollation(index, query.collation) && (isText(operand) || isDoc(operand))) return undefined
  return { kind: 'id', id: operand as Value, index }
}

function unionOf(collection: Collection, query: Query, node: FilterNode): Plan | undefined {
  for (const branches of alternativesOf(node)) {
    const plans = branches.map((branch) => branchPlan(collection, query, branch))
    if (plans.every((plan) => plan !== undefined)) return { kind: 'or', plans }
  }
  return undefined
}

function branchPlan(
  collection: Collection,
  query: Query,
  node: FilterNode,
): IndexScan | IdLookup | undefined {
  const filter = { ...query.filter, node }
  const branch: Query = { filter, collation: query.collation }
  const byId = idLookup(collection, branch, node)
  if (byId) return byId
  const predicates = predicatesOf(node)
  const best = collection.indexes
    .filter((index) => index.ready && !index.spec.hidden)
    .map((index) => indexScan(index, branch, predicates))
    .filter((scan) => scan !== undefined)
    .toSorted(byWorth)[0]
  return best && best.bounds.predicates.length > 0 ? { ...best, exact: false } : undefined
}
