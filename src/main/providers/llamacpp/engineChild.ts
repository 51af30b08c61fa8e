/** Entry of an engine child: one process per loaded model, because a bad file can abort it and the system may kill it. */
import { setFlagsFromString } from 'node:v8'
import { createChildEngine } from './child/childEngine.ts'
import { connectToParent } from './child/parentLink.ts'

// The heap's nursery would grow to 32 MB while the library loads and never shrink; nothing here is worth that.
setFlagsFromString('--semi-space-growth-factor=1')

// An abort would otherwise take seconds, looking for a debugger to print a stack that nobody reads.
process.env['GGML_NO_BACKTRACE'] = '1'

const link = connectToParent()
const engine = createChildEngine(link.send, () => process.exit(0))
link.onMessage(engine.receive)
link.send({ type: 'hello' })
