/** tags, ps, show, copy and delete. */
import { psAnswer, showAnswer, tagsAnswer } from './answers.ts'
import { text } from './bodyFields.ts'
import { isValidName, withTag } from './fakeModel.ts'
import type { FakeState } from './fakeState.ts'
import { HttpError } from './httpError.ts'
import { sendEmpty, sendJson, sendText, type Exchange } from './wire.ts'

export async function tagsRoute({ models, options }: FakeState, { response }: Exchange): Promise<void> {
  sendJson(response, 200, tagsAnswer(models.values(), options.generation, options.offsetMinutes))
}

export async function psRoute({ scheduler, options }: FakeState, { response }: Exchange): Promise<void> {
  sendJson(response, 200, psAnswer(scheduler.engines(), options.generation, options.offsetMinutes))
}

export async function showRoute(state: FakeState, { body, response }: Exchange): Promise<void> {
  const asked = text(body['model']) || text(body['name'])
  if (asked === '') throw new HttpError(400, 'model is required')
  const model = state.findModel(asked)
  // The new generation names the tag it looked for.
  const missing = state.options.generation === '0.30' ? withTag(asked) : asked
  if (!model) throw new HttpError(404, `model '${missing}' not found`)
  sendJson(response, 200, showAnswer(model, state.options))
}

/** Overwrites a model that has the new name already, as the real server does. */
export async function copyRoute(state: FakeState, { body, response }: Exchange): Promise<void> {
  const [source, destination] = [text(body['source']), text(body['destination'])]
  if (!isValidName(source)) throw new HttpError(400, `source "${source}" is invalid`)
  if (!isValidName(destination)) throw new HttpError(400, `destination "${destination}" is invalid`)
  const model = state.findModel(source)
  if (!model) throw new HttpError(404, `model "${source}" not found`)
  const name = withTag(destination)
  state.models.set(name.toLowerCase(), { ...model, name, modifiedAt: Date.now() })
  sendEmpty(response, 200)
}

/** A loaded model stays in memory, without a name on disk. */
export async function deleteRoute(state: FakeState, { body, response }: Exchange): Promise<void> {
  const asked = text(body['model']) || text(body['name'])
  if (!isValidName(asked)) throw new HttpError(400, `name "${asked}" is invalid`)
  const model = state.findModel(asked)
  if (!model) throw new HttpError(404, `model '${asked}' not found`)
  state.models.delete(model.name.toLowerCase())
  sendEmpty(response, 200)
}

/** Came after the old generation; tells of clouds only. */
export async function statusRoute({ options }: FakeState, { response }: Exchange): Promise<void> {
  if (options.generation === '0.11') return sendText(response, 404, '404 page not found')
  sendJson(response, 200, { cloud: { disabled: false, source: 'none' } })
}
