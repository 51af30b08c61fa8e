/** A terminal or a pipe that was closed is no reason to fail: whoever uses the app is still there. */
export function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}
