/** models.yaml: models of the built-in engine by name, and the aliases (roles) that chains and people use. */
import { z } from 'zod'
import { generateOptionsSchema, modelIdSchema } from './model.ts'

/** One word for a role: "coder". */
export const aliasNameSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'Use letters, digits and . _ - only.')

/** The host of every alias on the wire: `{ hostId: "alias", name: "coder" }` stands for the model that "coder" points at. */
export const aliasHostId = 'alias'

export const fileModelSchema = z.object({
  name: z.string().min(1).max(256),
  /** As written; relative paths start at the file's own folder. */
  path: z.string().min(1).max(4_096),
  loader: z.enum(['llama.cpp']),
  contextLength: z.number().int().min(4).max(16_777_216).nullable(),
  options: generateOptionsSchema
})
export type FileModel = z.infer<typeof fileModelSchema>

export const aliasSchema = z.object({ name: aliasNameSchema, target: modelIdSchema })
export type Alias = z.infer<typeof aliasSchema>

export const modelsFileSchema = z.object({
  path: z.string(),
  /** False before the first entry is saved. */
  exists: z.boolean(),
  models: z.array(fileModelSchema.extend({ line: z.number().int().positive() })),
  aliases: z.array(
    aliasSchema.extend({ line: z.number().int().positive(), /** No such model just now. */ isMissing: z.boolean() })
  ),
  /** Each mistake with its line, 1-based; what is right elsewhere counts all the same. */
  problems: z.array(z.object({ line: z.number().int().positive().nullable(), message: z.string() }))
})
export type ModelsFile = z.infer<typeof modelsFileSchema>
