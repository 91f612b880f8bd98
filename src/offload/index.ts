export type { FunctionName, ModuleUrl, Offload } from './module-url.ts'
export { createOffload, type OffloadPool } from './create-offload.ts'
