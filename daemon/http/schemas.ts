import { z } from 'zod';
import { SCOPES } from '../../common/api-token.ts';

/*
 * What goes over the wire, by the name it has in the OpenAPI document. Objects
 * are strict: a field that is not described here does not leave the daemon.
 */

const extension = z
  .string()
  .regex(/^[1-9]\d{1,4}$/)
  .describe('Two to five digits');
const moment = z.int().describe('Milliseconds since 1970-01-01T00:00:00Z');
const callId = z
  .string()
  .regex(/^[\w-]{1,64}$/)
  .describe(
    'One side of a call, as long as that telephone is in it: another answering, or a move, gives another',
  );
const dialled = z.string().min(1).max(64).describe('As a person would dial it: 101, 08-123 456 00');
const device = z
  .string()
  .min(1)
  .max(64)
  .describe('A device’s id, as GET /v1/self and vaxel device list show it');
const slot = z.int().min(1).max(99);

const Problem = z.strictObject({
  error: z.strictObject({
    code: z.string().describe('For programs; docs/api.md lists them'),
    message: z.string().describe('For people'),
  }),
});

const Party = z.strictObject({
  name: z.string(),
  number: z.string(),
  extension: extension.optional().describe('Of a colleague'),
});

const Call = z.strictObject({
  id: callId,
  state: z.enum(['ringing', 'busy', 'held']),
  direction: z.enum(['in', 'out']),
  since: moment.describe('When it came into this state'),
  with: Party,
});

const Status = z.strictObject({
  activity: z.string(),
  open: z.boolean().describe('Whether calls ring meanwhile'),
  until: moment.optional(),
});

const source = z.enum([
  ...(['app', 'code', 'phone', 'menu', 'colleague', 'admin'] as const),
  ...(['calendar', 'schedule'] as const),
]);

const shownActivity = {
  activity: z.string().describe('As colleagues may know it, in the organisation’s language'),
  number: z.int().optional().describe('What is dialled for it; absent for what is private'),
  open: z.boolean().describe('Whether calls ring meanwhile'),
};

const PersonStatus = z
  .strictObject({
    extension,
    name: z.string(),
    ...shownActivity,
    note: z.string().optional(),
    since: moment.optional().describe('Absent where nothing was ever set'),
    until: moment.optional(),
    source: source.optional().describe('Who or what said so; absent where nothing did'),
    by: extension.optional().describe('The colleague who set it'),
    next: z
      .strictObject({ at: moment, ...shownActivity })
      .optional()
      .describe('What comes after it, if nobody does anything'),
    version: z.int().describe('Grows with all that is set for the person; ETag has it too'),
  })
  .describe('What a person is doing');

const PersonStatuses = z.strictObject({ statuses: z.array(PersonStatus) });

const activityName = z
  .string()
  .min(1)
  .max(100)
  .describe('Its number, its key or its name: 1, lunch, Gått för dagen');
const note = z.string().max(300).describe('For colleagues, at most 280 characters; never spoken');

const SetStatus = z.strictObject({
  activity: activityName,
  until: z
    .union([moment.min(0), z.string().min(1).max(40)])
    .optional()
    .describe('A moment, or as vaxel activity set takes it: 13:00, 2026-12-24, friday 14:00, +90m'),
  note: note.optional(),
  as: extension.optional().describe('The colleague for whom a service does it'),
});

const CalendarEntry = z
  .strictObject({
    activity: activityName.default('meeting'),
    from: moment.min(0),
    until: moment.min(0),
    note: note.optional(),
  })
  .describe('What a calendar says of one time');

const KnownEntry = z.strictObject({
  entry: z.string(),
  ...shownActivity,
  note: z.string().optional(),
  from: moment,
  until: moment,
});

const Calendar = z.strictObject({ entries: z.array(KnownEntry) });

const Activities = z.strictObject({
  activities: z.array(
    z.strictObject({
      number: z.int().describe('What is dialled for it: *23*<number>#'),
      name: z.string().describe('In the organisation’s language'),
      open: z.boolean(),
      private: z.boolean(),
      own: z.boolean().describe('The holder’s own'),
      endsAs: z.enum(['clock', 'date']).describe('What four digits of an end mean'),
      icon: z.string().describe('A Material Symbol'),
      colour: z.string(),
      shape: z.string(),
    }),
  ),
});

const Line = z.strictObject({
  extension,
  name: z.string(),
  state: z.enum(['idle', 'ringing', 'busy', 'held']),
  reach: z
    .enum(['reachable', 'unreachable', 'unknown'])
    .describe('unknown: only a mobile is left, of which the exchange hears nothing'),
  since: moment.optional().describe('Since when it is in this state; absent while idle'),
  direction: z.enum(['in', 'out']).optional(),
  status: Status.optional(),
  calls: z.array(Call).optional().describe('Absent for who may not see with whom others speak'),
  version: z.int().describe('A later one of the same daemon is never smaller'),
});

const Lines = z.strictObject({ lines: z.array(Line) });

const Self = z.strictObject({
  organisation: z.strictObject({ domain: z.string(), name: z.string() }),
  scopes: z.array(z.enum(SCOPES)),
  user: z
    .strictObject({
      extension,
      name: z.string(),
      devices: z.array(
        z.strictObject({ id: device, kind: z.enum(['app', 'desk', 'mobile']), label: z.string() }),
      ),
    })
    .optional()
    .describe('Absent for a service'),
});

const as = extension.optional().describe('Whose telephones; a person’s token may leave it out');
const own = {
  as,
  device: device.optional().describe('Only that one; every registered one where it is left out'),
  autoAnswer: z
    .boolean()
    .default(false)
    .describe('Asks the telephone to answer by itself, which not all do'),
};

const Dial = z.strictObject({ to: dialled, ...own });
const PickUp = z.strictObject(own);
const Transfer = z.strictObject({ to: dialled });
const Move = z.strictObject({ device, autoAnswer: own.autoAnswer });
const Park = z.strictObject({
  slot: slot.optional().describe('The first free one where left out'),
});

const Ringing = z
  .strictObject({ calls: z.array(callId) })
  .describe('One for each telephone that rings now; the one that is answered goes on');

const Ended = z.strictObject({ calls: z.int().min(0) });

const Parked = z.strictObject({ slot });
const ParkedCalls = z.strictObject({ parked: z.array(Parked) });

const Health = z.strictObject({
  ok: z.boolean(),
  why: z.array(z.string()).optional().describe('What is wrong, in words; absent where nothing is'),
});

const FreeSwitchFacts = z
  .looseObject({ limits: z.unknown(), missingModules: z.array(z.string()) })
  .describe('What vaxel doctor looks at');

const EventStreams = z.strictObject({
  clients: z.int().describe('Open now'),
  opened: z.int().describe('Since the start, as the rest'),
  cut: z.int().describe('Readers that did not keep up'),
  snapshots: z.int(),
  events: z.int(),
});

const DaemonStatus = z
  .looseObject({ pid: z.int(), directoryRevision: z.int(), events: EventStreams })
  .describe('What vaxel status shows');

const LampRows = z.array(
  z
    .looseObject({ lamp: z.string(), name: z.string(), domain: z.string(), watcher: z.string() })
    .describe('As vaxel lamps shows it'),
);

const Resync = z.strictObject({
  username: z.string().regex(/^[a-z0-9-]{1,64}$/),
  domain: z.string().regex(/^[a-z0-9.-]{1,253}$/),
  vendor: z.enum(['Yealink', 'Polycom']),
  reboot: z.boolean(),
});

const Document = z.looseObject({ openapi: z.string() });

export const SCHEMAS = {
  Activities,
  Calendar,
  CalendarEntry,
  Call,
  DaemonStatus,
  Dial,
  Document,
  Ended,
  EventStreams,
  FreeSwitchFacts,
  Health,
  LampRows,
  Line,
  Lines,
  Move,
  Park,
  Parked,
  ParkedCalls,
  Party,
  PersonStatus,
  PersonStatuses,
  PickUp,
  Problem,
  Resync,
  Ringing,
  Self,
  SetStatus,
  Status,
  Transfer,
};

export type SchemaName = keyof typeof SCHEMAS;

export type LineView = z.infer<typeof Line>;
export type CallView = z.infer<typeof Call>;
export type StatusView = z.infer<typeof Status>;
export type PersonStatusView = z.infer<typeof PersonStatus>;
export type EntryView = z.infer<typeof KnownEntry>;
export type SelfView = z.infer<typeof Self>;
export type EventFigures = z.infer<typeof EventStreams>;

/** The parts of a path, by name. */
export const PARAMETERS = {
  extension,
  call: callId,
  slot: z.coerce.number().pipe(slot),
  entry: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .describe('What the calendar calls its entry, such as the UID of iCalendar'),
};
