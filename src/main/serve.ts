/** Node entry: the same core and the same page as the window, served to a browser. The composition root without Electron. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createCore } from './core.ts'
import { writeFileAtomically } from './lib/atomicFile.ts'
import { systemClock } from './lib/clock.ts'
import { chooseDataDirectory, chooseModelsDirectory } from './lib/dataDirectory.ts'
import { ignoreClosedOutput } from './lib/ignoreClosedOutput.ts'
import { takeInstanceLock } from './lib/instanceLock.ts'
import { createLogger } from './lib/logger.ts'
import { createForkLauncher } from './providers/llamacpp/forkEngine.ts'
import { isLoopback } from './server/allowedHosts.ts'
import { startCoreServer } from './server/coreServer.ts'
import { leaveOnSignals } from './server/leaveOnSignals.ts'
import { openBrowser } from './server/openBrowser.ts'
import { readProblems } from './server/readProblems.ts'
import { parseCommandLine, usage, type ServeOptions } from './server/serveOptions.ts'

const exitCodes = { failed: 1, usage: 2, secondInstance: 3, cannotListen: 4 }

// Two folders up is the project, from the source as from the build, and the built page is always in out/.
const projectDirectory = join(import.meta.dirname, '../..')
const engineChild = import.meta.filename.endsWith('.ts') ? 'providers/llamacpp/engineChild.ts' : 'engineChild.js'
const { version } = JSON.parse(readFileSync(join(projectDirectory, 'package.json'), 'utf8')) as { version: string }

async function serve({ port, bind, dataDirectory: option, tokenFile, shouldOpenBrowser }: ServeOptions): Promise<void> {
  ignoreClosedOutput()
  const logger = createLogger()
  const environment = process.env
  const { onLeave, leave } = leaveOnSignals(systemClock, logger)
  const cannotStart = (error: Error): Promise<never> =>
    leave(exitCodes.failed, `Stoker could not start: ${error.message}`)
  const dataDirectory = chooseDataDirectory({
    option,
    environment,
    platform: process.platform,
    homeDirectory: homedir()
  })
  const lock = takeInstanceLock(dataDirectory)
  if (lock.state === 'taken') {
    return leave(
      exitCodes.secondInstance,
      `Another Stoker already uses ${dataDirectory}. Choose another folder with --data-dir.`
    )
  }
  if (lock.state === 'held') onLeave(lock.release)
  else logger.warn(`${dataDirectory} cannot be locked (${lock.reason}): nothing keeps a second Stoker out of it.`)

  const core = await createCore({
    version,
    dataDirectory,
    modelsDirectory: chooseModelsDirectory(dataDirectory, environment),
    environment,
    launchEngine: createForkLauncher(join(import.meta.dirname, engineChild)),
    logger
  }).catch(cannotStart)
  onLeave(core.dispose)
  await core.start().catch(cannotStart)
  for (const problem of await readProblems(core)) logger.warn(problem)

  const rendererDirectory = join(projectDirectory, 'out/renderer')
  const deps = { core, port, bind, rendererDirectory, version, clock: systemClock, logger }
  const server = await startCoreServer(deps).catch((error: Error) => leave(exitCodes.cannotListen, error.message))
  onLeave(server.dispose)
  // Written anew with each start; who reads it at each of its own requests always has the right one.
  if (tokenFile !== undefined) await writeFileAtomically(tokenFile, server.token).catch(cannotStart)
  if (!isLoopback(bind)) warnAboutNetwork(bind)
  const address = `${server.origin}/?token=${server.token}`
  process.stdout.write(`Stoker is serving at ${address}\n`)
  if (shouldOpenBrowser) openBrowser(address)
}

function warnAboutNetwork(bind: string): void {
  process.stderr.write(
    `Listening on ${bind}: everyone on that network can reach Stoker, and only the token keeps them out. The connection is not encrypted.\n` +
      'From another machine, put the name or the address of this one in place of 127.0.0.1.\n'
  )
}

const commandLine = parseCommandLine(process.argv.slice(2))
if (commandLine.kind === 'help') process.stdout.write(usage)
else if (commandLine.kind === 'version') process.stdout.write(`${version}\n`)
else if (commandLine.kind === 'serve') await serve(commandLine.options)
else {
  process.stderr.write(`${commandLine.message}\n\n${usage}`)
  process.exitCode = exitCodes.usage
}
