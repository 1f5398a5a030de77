import type { Request, Response } from 'express'
import type { z } from 'zod'
import { HttpError } from './errors.js'

const BODY_MAX_BYTES = 64 * 1024

const isJson = /^application\/json\s*(;|$)/i

/**
 * The request's JSON object in the shape of the schema.
 * @throws HttpError 415, 413, 400 or 422, in this order
 */
export async function readBody<Schema extends z.ZodObject>(
  schema: Schema,
  req: Request,
  res: Response,
): Promise<z.output<Schema>> {
  assertJson(req)
  return parseShape(schema, parseJson(await readBytes(req, res)))
}

function assertJson(req: Request): void {
  const { 'content-type': type = '', 'content-encoding': encoding } = req.headers
  if (!isJson.test(type) || encoding !== undefined) {
    throw new HttpError(415, 'Content-Type must be application/json', 'invalid_request')
  }
}

async function readBytes(req: Request, res: Response): Promise<Buffer> {
  const tooLarge = () => new HttpError(413, 'Request body is too large', 'invalid_request')
  if (Number(req.headers['content-length'] ?? 0) > BODY_MAX_BYTES) throw tooLarge()
  // Who asks first whether the body is welcome has been waiting for this line.
  if (req.headers.expect?.toLowerCase() === '100-continue') res.writeContinue()
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_MAX_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new HttpError(400, 'Request body is not valid JSON', 'invalid_request')
  }
}

/** Of the schema's complaints only the first: its field and what is wrong, never the value. */
function parseShape<Schema extends z.ZodObject>(schema: Schema, value: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(value)
  if (!error) return data
  const [issue] = error.issues
  const field = issue?.path.join('.') || 'body'
  const text = issue?.code === 'invalid_type' ? `must be ${nameOf(issue.expected)}` : issue?.message
  throw new HttpError(422, `${field}: ${text}`, 'invalid_request')
}

function nameOf(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`
}
