declare module 'nunjucks/src/transformer.js' {
  const transformer: unknown
  export default transformer
}
