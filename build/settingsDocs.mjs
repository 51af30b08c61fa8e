// Writes docs/settings.md from the one list of settings: `node build/settingsDocs.mjs`. With `--check` it only says whether the page is up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDependencies } from './bootstrap.mjs'
import { isMain, projectNode, root, run } from './command.mjs'

export const settingsPage = join(root, 'docs/settings.md')

/** The page as it should be, in the form that the formatter leaves alone. */
export async function settingsDocument() {
  // Only once everything is installed, and in the project's Node: these are TypeScript.
  const [
    { environmentNames, settingDefinitions, settingGroupNames, settingNames },
    { kindOf, writeValue },
    words,
    prettier
  ] = await Promise.all([
    import('../src/shared/settings.ts'),
    import('../src/renderer/src/features/settings/settingText.ts'),
    import('../src/renderer/src/features/settings/settingWords.ts'),
    import('prettier')
  ])

  /** "10 min (`600`)", "By machine size (`0`)", "`2`" */
  const valueText = (name, value) => {
    const kind = kindOf(name)
    const text = typeof value === 'string' ? value : writeValue(value, kind, words.settingWords(name).specials)
    return text === String(value) || kind === 'count' ? `\`${value}\`` : `${capital(text)} (\`${value}\`)`
  }
  const rangeText = (name) => {
    const { range, choices } = settingDefinitions[name]
    if (choices !== null) return choices.map((value) => `\`${value}\``).join(', ')
    return `${valueText(name, range.min)} to ${valueText(name, range.max)}`
  }
  const row = (name) => {
    const { label, help, unit, default: usual } = settingDefinitions[name]
    const variables = environmentNames(name).map((variable) => `\`${variable}\``)
    const cells = [label, variables.join(' or '), valueText(name, usual), rangeText(name), unit ?? '', help]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  }
  const table = (group) => [
    `## ${group}`,
    '',
    '| setting | variable | default | range | unit | what it does |',
    '| --- | --- | --- | --- | --- | --- |',
    ...settingNames.filter((name) => settingDefinitions[name].group === group).map(row),
    ''
  ]
  const text = [
    '<!-- Written by `node build/settingsDocs.mjs` from src/shared/settings.ts: change that, not this. -->',
    '',
    '# Settings',
    '',
    'Every setting can be changed in the settings screen, in `settings.json` in the data folder, or by an environment variable.',
    'The variable wins over the file, and the file over the default; the screen says which is in force, and locks what a variable',
    'holds. Changes act at once, without a restart, also those typed into the file. In the file and in variables a value is the raw',
    'number in the unit named here; the screen takes and shows it as people write it.',
    '',
    '```json',
    '{ "version": 1, "settings": { "maxLoadedModels": 3, "firstTokenTimeoutMs": 90000 } }',
    '```',
    '',
    'In the file a setting has the name of its variable without `STOKER_`, in one word: `STOKER_MAX_LOADED_MODELS` is',
    '`maxLoadedModels`. A value that does not fit is passed over and said so beside its setting. Where two values contradict each',
    'other (at least more than at most), the one set more firmly is in force for both. A file that cannot be read, or that a newer',
    'Stoker wrote, is kept beside it as `settings.json.broken-…` or `settings.json.newer-…`, and never written over.',
    '',
    ...settingGroupNames.flatMap(table)
  ].join('\n')
  return prettier.format(text, { ...(await prettier.resolveConfig(settingsPage)), parser: 'markdown' })
}

const capital = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

export function writtenPage() {
  try {
    return readFileSync(settingsPage, 'utf8')
  } catch {
    return ''
  }
}

if (isMain(import.meta.url)) {
  await ensureDependencies()
  if (process.execPath !== projectNode && Number(process.versions.node.split('.')[0]) < 24) {
    const { code, output } = await run(projectNode, process.argv.slice(1))
    console.log(output.trimEnd())
    process.exitCode = code
  } else if (process.argv.includes('--check')) {
    if (writtenPage() !== (await settingsDocument())) {
      console.error('docs/settings.md is not what the settings say. Run: node build/settingsDocs.mjs')
      process.exitCode = 1
    }
  } else {
    writeFileSync(settingsPage, await settingsDocument())
    console.log('docs/settings.md is written.')
  }
}
