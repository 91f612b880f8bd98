export { createTemplateEngine, type TemplateEngine, type TemplateEngineOptions } from './engine.ts'
export type { TemplateApp, TemplateFile } from './folders.ts'
export type { TemplatePlace } from './trace.ts'
export type { Uncovered } from './compiled/coverage.ts'
