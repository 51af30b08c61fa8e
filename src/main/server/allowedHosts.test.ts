// A name too many lets a page that re-points its own name in; a name too few locks the person out.
import { expect, test } from 'vitest'
import { addressOf, isLoopback, listAllowedHosts } from './allowedHosts.ts'

const ownNames = (): string[] => ['Mini', 'Mini.local', '192.168.1.5', 'fe80::1']

test('on loopback only the loopback names are ours', () => {
  expect(listAllowedHosts({ bind: '127.0.0.1', port: 7456, ownNames })).toEqual([
    '127.0.0.1:7456',
    'localhost:7456',
    '[::1]:7456'
  ])
})
test('an address that was asked for is ours too, its neighbours are not', () => {
  const hosts = listAllowedHosts({ bind: '192.168.1.5', port: 7456, ownNames })
  expect(hosts).toContain('192.168.1.5:7456')
  expect(hosts).not.toContain('mini:7456')
})
test.each(['0.0.0.0', '::'])('listening everywhere (%s) takes every name of this machine, in lower case', (bind) => {
  expect(listAllowedHosts({ bind, port: 7456, ownNames })).toEqual(
    expect.arrayContaining(['mini:7456', 'mini.local:7456', '192.168.1.5:7456', '[fe80::1]:7456'])
  )
})
test('on port 80 browsers leave the port out', () => {
  expect(listAllowedHosts({ bind: '127.0.0.1', port: 80, ownNames })).toEqual(
    expect.arrayContaining(['localhost', 'localhost:80'])
  )
})
test('the printed address can be opened', () => {
  expect(addressOf('0.0.0.0', 1)).toBe('http://127.0.0.1:1')
  expect(addressOf('::1', 1)).toBe('http://[::1]:1')
  expect(addressOf('mini.local', 1)).toBe('http://mini.local:1')
})
test('only loopback goes without a warning', () => {
  expect(['127.0.0.1', '127.1.2.3', 'localhost', '::1'].map(isLoopback)).toEqual([true, true, true, true])
  expect(['0.0.0.0', '::', '192.168.1.5', '127.evil.example'].map(isLoopback)).toEqual([false, false, false, false])
})
