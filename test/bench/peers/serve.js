// One server in a process of its own: node serve.js NAME FOLDER MORE_ROUTES. It tells its port, and what it used when asked.
const [name, folder, moreRoutes] = process.argv.slice(2)
const { start } = await import(`./servers/${String(name)}.js`)
const port = await start({ folder, moreRoutes: Number(moreRoutes) })
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send({ cpu: user + system, rss: process.memoryUsage.rss() })
})
process.on('disconnect', () => process.exit())
process.send(port)
