export {
  buildProject,
  type BuildProjectOptions,
  type BuiltProject,
  type RefusedBuild,
} from './build-project.ts'
export type { Problem } from './problem.ts'
