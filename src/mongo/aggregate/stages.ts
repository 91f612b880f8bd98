import { fail } from '../bson/errors.ts'
import { compileAddFields, compileSet } from './stage/add-fields.ts'
import { compileBucketAuto } from './stage/bucket-auto.ts'
import { compileBucket } from './stage/bucket.ts'
import { compileCount } from './stage/count.ts'
import { compileDensify } from './stage/densify.ts'
import { compileDocuments } from './stage/documents.ts'
import { compileFacet } from './stage/facet.ts'
import { compileFill } from './stage/fill.ts'
import { compileGraphLookup } from './stage/graph-lookup.ts'
import { compileGroup } from './stage/group.ts'
import { compileInfo, refuse } from './stage/info.ts'
import { compileLimit, compileSkip } from './stage/limit.ts'
import { compileLookup } from './stage/lookup.ts'
import { compileMatch } from './stage/match.ts'
import { compileProject, compileUnset } from './stage/project.ts'
import { compileRedact } from './stage/redact.ts'
import { compileReplaceRoot, compileReplaceWith } from './stage/replace-root.ts'
import { compileSample } from './stage/sample.ts'
import { compileSetWindowFields } from './stage/set-window-fields.ts'
import { compileSortByCount } from './stage/sort-by-count.ts'
import { compileSort, compileTop, TOP } from './stage/sort.ts'
import { compileUnionWith } from './stage/union-with.ts'
import { compileUnwind } from './stage/unwind.ts'
import type { CompileStage } from './types.ts'

/** Stages that make documents of their own, so nothing may come before them. */
export const SOURCES: ReadonlySet<string> = new Set([
  '$documents',
  '$collStats',
  '$indexStats',
  '$currentOp',
  '$listSessions',
  '$listLocalSessions',
  '$planCacheStats',
  '$changeStream',
  '$geoNear',
  '$search',
  '$searchMeta',
  '$vectorSearch',
  '$listSearchIndexes',
])

/** Every stage but `$out` and `$merge`, which end a pipeline and are compiled with it. */
export const STAGES: Readonly<Record<string, CompileStage>> = {
  $match: compileMatch,
  $project: compileProject,
  $unset: compileUnset,
  $addFields: compileAddFields,
  $set: compileSet,
  $replaceRoot: compileReplaceRoot,
  $replaceWith: compileReplaceWith,
  $group: compileGroup,
  $bucket: compileBucket,
  $bucketAuto: compileBucketAuto,
  $sortByCount: compileSortByCount,
  $count: compileCount,
  $sort: compileSort,
  [TOP]: compileTop,
  $limit: compileLimit,
  $skip: compileSkip,
  $sample: compileSample,
  $unwind: compileUnwind,
  $lookup: compileLookup,
  $graphLookup: compileGraphLookup,
  $unionWith: compileUnionWith,
  $facet: compileFacet,
  $redact: compileRedact,
  $setWindowFields: compileSetWindowFields,
  $densify: compileDensify,
  $fill: compileFill,
  $documents: compileDocuments,
  $collStats: compileInfo('$collStats'),
  $indexStats: compileInfo('$indexStats'),
  $currentOp: compileInfo('$currentOp'),
  $listSessions: compileInfo('$listSessions'),
  $listLocalSessions: compileInfo('$listLocalSessions'),
  $planCacheStats: compileInfo('$planCacheStats'),
  $changeStream: () => fail(40573, 'The $changeStream stage is only supported on replica sets'),
  $changeStreamSplitLargeEvent: () =>
    fail(40573, 'The $changeStream stage is only supported on replica sets'),
  $geoNear: refuse('$geoNear'),
  $search: refuse('$search'),
  $searchMeta: refuse('$searchMeta'),
  $vectorSearch: refuse('$vectorSearch'),
  $listSearchIndexes: refuse('$listSearchIndexes'),
  $shardedDataDistribution: refuse('$shardedDataDistribution'),
  $queryStats: refuse('$queryStats'),
  $listSampledQueries: refuse('$listSampledQueries'),
}
