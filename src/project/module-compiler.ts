import type { CompiledModule, SyntaxMistake } from './transform.ts'

export interface ModuleCompiler {
  compileModule(file: string, text: string): CompiledModule | SyntaxMistake
  findSyntaxMistake(file: string, text: string): SyntaxMistake | undefined
}

/** The compiler of TypeScript; loaded for those alone who have something to compile. */
export async function loadModuleCompiler(): Promise<ModuleCompiler> {
  const { compileModule, findSyntaxMistake } = await import('./transform.ts')
  return { compileModule, findSyntaxMistake }
}
