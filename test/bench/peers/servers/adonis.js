// AdonisJS 7, put together as its starter kit does it, without what no workload asks for: database, login, CSRF. It needs
// Node 24 and has an install of its own.
export { start } from '../adonis/start.js'
