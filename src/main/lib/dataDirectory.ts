/** Where Stoker keeps its files, the same place for the window and for the server. */
import { join, resolve } from 'node:path'

interface DataDirectoryQuestion {
  /** `--data-dir`, when it was given. */
  option: string | undefined
  environment: Record<string, string | undefined>
  platform: NodeJS.Platform
  homeDirectory: string
}

/** The option wins over STOKER_DATA_DIR, which wins over the platform's usual place. */
export function chooseDataDirectory({ option, environment, platform, homeDirectory }: DataDirectoryQuestion): string {
  const asked = option || environment['STOKER_DATA_DIR']
  if (asked) return resolve(asked)
  if (platform === 'darwin') return join(homeDirectory, 'Library/Application Support/Stoker')
  if (platform === 'win32') return join(environment['APPDATA'] || join(homeDirectory, 'AppData/Roaming'), 'Stoker')
  return join(environment['XDG_CONFIG_HOME'] || join(homeDirectory, '.config'), 'Stoker')
}

/** The folder of GGUF files: STOKER_MODELS_DIR, else a folder among the data. */
export function chooseModelsDirectory(dataDirectory: string, environment: Record<string, string | undefined>): string {
  const asked = environment['STOKER_MODELS_DIR']
  return asked ? resolve(asked) : join(dataDirectory, 'models')
}
