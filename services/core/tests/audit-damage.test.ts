import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { chained, damage, type Link, links, tamper, verify } from './_audit.js'
import { HOUR_MS, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'

let core: TestCore
let chain: Link[]
beforeAll(async () => {
  core = await startTestCore()
  for (const name of ['ada', 'bea', 'cora', 'dora']) {
    core.advance(2 * HOUR_MS)
    await core.createUser(name)
    await core.invite(name)
  }
  await chained(core)
  chain = await links(core)
  await tamper(
    core,
    `create schema kept; create table kept.event as select * from audit_event;
     create table kept.link as select * from audit_link; create table kept.head as select * from audit_head`,
  )
})
beforeEach(async () => {
  const columns = await query<{ name: string }>(
    core.databaseUrl,
    `select string_agg(quote_ident(attname), ', ' order by attnum) as name from pg_attribute
     where attrelid = 'audit_event'::regclass and attnum > 0 and attgenerated = ''`,
  )
  const names = columns[0]?.name
  await tamper(
    core,
    `delete from audit_event; delete from audit_link; delete from audit_head; delete from audit_cut;
     insert into audit_event (${names}) overriding system value select ${names} from kept.event order by id;
     insert into audit_link select * from kept.link;
     insert into audit_head select * from kept.head`,
  )
})
afterAll(() => core.stop())

const at = (position: number): Link => {
  const link = chain[position - 1]
  if (!link) throw new Error('The chain is too short.')
  return link
}
const last = () => at(chain.length)

it('finds nothing where nothing was done, and says how far it went', async () => {
  const verdict = await verify(core)
  expect(verdict).toMatchObject({ damage: 0, intact_position: chain.length, waiting: 0 })
  expect(`${verdict.intact_position}:${verdict.intact_link}`).toBe(last().text)
  expect(await damage(core, at(3).text)).toBe('none')
})

it.each([
  ['who', `actor_name = 'somebody else'`],
  ['the id of who', 'actor_id = 99'],
  ['what', `action = 'user.deleted'`],
  ['when, by a microsecond', `at = at + interval '1 microsecond'`],
  ['when, for ever', `at = 'infinity'`],
  ['to what', 'object_id = null'],
  ['its name', `object_name = object_name || ' '`],
  ['the outcome', `result = 'refused'`],
  ['the reason', `reason = ''`],
  ['from where', `ip = '203.0.113.1'`],
  ['with what', `user_agent = null`],
  ['the request', `request_id = 'another'`],
  ['only what is named beside', `details = details || '{"has_password": true}'`],
  ['a value to its neighbour', `reason = user_agent, user_agent = null`],
])('finds an event that says otherwise: %s', async (_what, change) => {
  const { event } = at(4)
  await tamper(core, `update audit_event set ${change} where id = ${event}`)
  const changed = await query(
    core.databaseUrl,
    `select from audit_event e join kept.event k using (id) where e is distinct from k and id = ${event}`,
  )
  expect(changed).toHaveLength(1)
  expect(await damage(core)).toBe(`edited of ${event}`)
  expect(await verify(core)).toMatchObject({ intact_position: 3, position: 4 })
})

it('finds the newest event changed, which nothing follows', async () => {
  await tamper(core, `update audit_event set action = 'user.deleted' where id = ${last().event}`)
  expect(await damage(core)).toBe(`edited of ${last().event}`)
})

it('finds an event removed, with and without its link', async () => {
  await tamper(core, `delete from audit_event where id = ${at(5).event}`)
  expect(await damage(core)).toBe(`removed of ${at(5).event}`)
  await tamper(core, 'delete from audit_link where position = 5')
  expect(await damage(core)).toBe('removed at 5')
})

it('finds an end that was cut off, without a logged link unless all of the end was put back', async () => {
  const [first] = chain
  await tamper(
    core,
    `delete from audit_event where id >= ${at(6).event}; delete from audit_link where position >= 6`,
  )
  expect(await damage(core)).toBe('cut_off at 6')
  // The code of the end is none that could be made without the key.
  await tamper(
    core,
    `update audit_head set position = 5, link = (select link from audit_link where position = 5)`,
  )
  expect(await damage(core)).toBe('forged at 5')
  expect(await damage(core, first?.text)).toBe('forged at 5')
})

it('misses an end by the log even where the whole database was put back to an earlier state', async () => {
  const later = `${chain.length + 3}:${'ab'.repeat(32)}`
  expect(await damage(core, later)).toBe(`cut_off at ${chain.length + 1}`)
  expect(await damage(core, `4:${'ab'.repeat(32)}`)).toBe(`forged of ${at(4).event}`)
})

it('finds events that were put there, whether they have a link or not', async () => {
  const copy = `select -1, at, actor_kind, actor_id, 'mallory', action, result from audit_event where id = ${at(2).event}`
  const insert = `insert into audit_event (id, at, actor_kind, actor_id, actor_name, action, result) overriding system value`
  await tamper(core, `${insert} ${copy}`)
  expect(await damage(core)).toBe('inserted of -1')
  await core.restart() // which looks for what has no link yet
  await core.createUser('after')
  await chained(core, 1)
  expect(await damage(core)).toBe('inserted of -1')
  const beyond = chain.length + 100
  await tamper(
    core,
    `insert into audit_link values (${beyond}, -1, decode('${'ab'.repeat(32)}', 'hex'))`,
  )
  expect(await damage(core)).toBe(`forged at ${beyond}`)
})

it.each([
  [
    'their contents',
    (a: number, b: number) =>
      `update audit_event e set action = o.action, object_name = o.object_name, object_id = o.object_id,
       object_kind = o.object_kind, details = o.details, at = o.at
     from kept.event o where e.id in (${a}, ${b}) and o.id in (${a}, ${b}) and o.id <> e.id`,
  ],
  [
    'their ids',
    (a: number, b: number) =>
      `update audit_link set event_id = -1 where event_id = ${a};
     update audit_link set event_id = ${a} where event_id = ${b};
     update audit_link set event_id = ${b} where event_id = -1`,
  ],
  [
    'their links',
    (a: number, b: number) =>
      `update audit_link l set link = o.link from kept.link o
     where l.event_id in (${a}, ${b}) and o.event_id in (${a}, ${b}) and o.event_id <> l.event_id`,
  ],
])('finds two events that have changed places: %s', async (what, swap) => {
  await tamper(core, swap(at(4).event, at(6).event))
  const first = what === 'their ids' ? 6 : 4
  expect(await damage(core)).toBe(`reordered of ${at(first).event}`)
})

it('finds a link changed, alone or with its event', async () => {
  const forge = `update audit_link set link = decode('${'ab'.repeat(32)}', 'hex') where position = 4`
  await tamper(core, forge)
  expect(await damage(core)).toBe(`forged of ${at(4).event}`)
  await tamper(core, `update audit_event set reason = 'x' where id = ${at(4).event}`)
  expect(await damage(core)).toBe(`forged of ${at(4).event}`)
})

it('finds a beginning that was removed as if it were too old', async () => {
  await tamper(
    core,
    `insert into audit_cut select position, link, link, now(), now() from audit_link where position = 3;
     delete from audit_event where id in (select event_id from audit_link where position <= 3);
     delete from audit_link where position <= 3`,
  )
  expect(await damage(core)).toBe('removed at 3')
})

it('takes nothing for intact whose key was altered', async () => {
  const [key] = await query<{ sealed: Buffer }>(
    core.databaseUrl,
    'select key_sealed as sealed from audit_key',
  )
  await tamper(
    core,
    `update audit_key set key_sealed = set_byte(key_sealed, 20, 1 + get_byte(key_sealed, 20) % 255)`,
  )
  expect(await damage(core)).toBe(`forged at ${chain.length}`)
  await query(core.databaseUrl, 'update audit_key set key_sealed = $1', [key?.sealed])
  expect(await damage(core)).toBe('none')
})

it('refuses a link that cannot be one', async () => {
  await expect(verify(core, 'yesterday')).rejects.toThrow(
    'since_link: must be a position and a link',
  )
})
