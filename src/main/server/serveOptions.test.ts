// A misread option would listen where nobody wanted it, or start with the wrong data.
import { expect, test } from 'vitest'
import { parseCommandLine } from './serveOptions.ts'

test('without options only this machine is served, and a browser opens', () => {
  const options = {
    port: 7456,
    bind: '127.0.0.1',
    dataDirectory: undefined,
    tokenFile: undefined,
    shouldOpenBrowser: true
  }
  expect(parseCommandLine([])).toEqual({ kind: 'serve', options })
  expect(parseCommandLine(['--serve'])).toEqual({ kind: 'serve', options })
})

test('every option arrives', () => {
  const args = ['--serve', '--port=0', '--bind', '::', '--data-dir', '/x y', '--token-file', '/t', '--no-open']
  const options = { port: 0, bind: '::', dataDirectory: '/x y', tokenFile: '/t', shouldOpenBrowser: false }
  expect(parseCommandLine(args)).toEqual({ kind: 'serve', options })
})

test.each([
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version']
])('%s', (arg, kind) => {
  expect(parseCommandLine(['--port', '1', arg])).toEqual({ kind })
})

test.each([
  [['--prot', '1'], '--prot'],
  [['serve'], 'serve'],
  [['--port'], '--port'],
  [['--port', '65536'], '65536'],
  [['--port', '-1'], '--port'],
  [['--port', '80x'], '80x'],
  [['--port', ''], '--port'],
  [['--bind', ''], '--bind'],
  [['--bind', 'a b'], 'a b'],
  [['--data-dir='], '--data-dir'],
  [['--token-file='], '--token-file'],
  [['--no-open=1'], '--no-open']
])('%j is a mistake that is named in one sentence', (args, name) => {
  const result = parseCommandLine(args)
  expect(result).toMatchObject({ kind: 'mistake', message: expect.stringContaining(name) })
  expect(JSON.stringify(result)).not.toContain('\\n')
})
