// A server in several processes, as Node has it: node cluster.js NAME FOLDER WORKERS. It tells its port.
import cluster from 'node:cluster'

const [name, folder, workers] = process.argv.slice(2)
if (cluster.isPrimary) {
  let listening = 0
  cluster.on('listening', (_, { port }) => {
    if (++listening === Number(workers)) console.log(`http://127.0.0.1:${port}`)
  })
  for (let i = 0; i < Number(workers); i++) cluster.fork()
} else {
  const { start } = await import(`./servers/${name}.js`)
  await start({ folder, moreRoutes: 0 })
}
