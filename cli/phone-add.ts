import type { PhoneKey } from '../common/db/phone-keys.ts';
import type { OrganisationRecord } from '../common/db/organisations.ts';
import { addPhone, type NewLine, type PhoneRecord } from '../common/db/phones.ts';
import { findUser } from '../common/db/users.ts';
import { findModel, MODELS } from '../provisioning/models/find.ts';
import { hasKey, keysFor } from '../provisioning/models/keys.ts';
import type { Model } from '../provisioning/models/model.ts';
import { modelOf, vendorOfModel } from '../provisioning/models/nearest.ts';
import { readMac } from '../provisioning/phone/mac.ts';
import { nearest } from '../common/nearest.ts';
import { type Command, done, type Refused, refused } from './command.ts';
import { accessOf, accessText } from './phone-access.ts';
import { KEY_FORM, readKey } from './phone-keys.ts';
import { macText } from './phone-place.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation, type Workplace } from './workplace.ts';

export const phoneAddCommand: Command = {
  words: 'phone add',
  summary: 'add a desk phone, with a line for each user; prints where it gets its files',
  takes: ['<mac>'],
  options: {
    model: { value: '<model>', required: true, summary: 'such as T46U or "VVX 450"' },
    user: {
      value: '<extension>[:<line>]',
      required: true,
      many: true,
      summary: 'whose line it is; again for more lines',
    },
    key: { value: '<key>=<does>…', many: true, summary: KEY_FORM },
    site: { value: '<name>', summary: 'where it stands' },
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const { args, values, lists } = invocation;
      const added = await addDescribed(organisation, place, {
        mac: args[0] ?? '',
        model: values.get('model') ?? '',
        users: lists.get('user') ?? [],
        keys: lists.get('key') ?? [],
        site: values.get('site'),
      });
      if (added.kind === 'refused') return added;
      const { phone, warnings } = added;
      const access = accessOf(place, phone);
      const data = { mac: macText(phone.mac), model: phone.model, ...access, warnings };
      const text = [`added ${data.mac} ${phone.model}`, accessText(access), ...warnings].join('\n');
      return changed(place, invocation, done(data, text));
    }),
};

/** A phone as a person describes it, on the command line or in a row of a file. */
export interface DescribedPhone {
  readonly mac: string;
  readonly model: string;
  readonly users: readonly string[];
  readonly keys: readonly string[];
  readonly site: string | undefined;
}

export type Described =
  | { readonly kind: 'added'; readonly phone: PhoneRecord; readonly warnings: readonly string[] }
  | Refused;

/** Reads every part, checks it against what the model has, and adds the phone. */
export async function addDescribed(
  organisation: OrganisationRecord,
  { db, box, now }: Workplace,
  described: DescribedPhone,
): Promise<Described> {
  const mac = readMac(described.mac);
  if (mac === undefined) return refusedBecause('bad-mac');
  const model = modelNamed(described.model);
  if ('kind' in model) return model;
  const lines = await readLines(db, organisation, described.users, model.model);
  if ('kind' in lines) return lines;
  const keys = readKeys(described.keys, model.model);
  if ('kind' in keys) return keys;
  const wanted = { mac, model: model.name, site: described.site, lines, keys };
  const result = await addPhone(db, box, organisation.id, wanted, now);
  if (result.kind === 'refused') return refusedBecause(result.why);
  return { kind: 'added', phone: result.phone, warnings: model.warnings };
}

interface Named {
  readonly name: string;
  /** Whose limits and files it has. */
  readonly model: Model;
  readonly warnings: readonly string[];
}

/** One outside the table is taken, with a warning, where its name tells what family it is of. */
export function modelNamed(text: string): Named | Refused {
  const known = findModel(text);
  if (known !== undefined) return { name: known.name, model: known, warnings: [] };
  if (!/^[A-Za-z]{1,20}[ _-]?[A-Za-z]{0,10}[ _-]?\d{2,5}[A-Za-z_0-9]{0,6}$/.test(text)) {
    const near = nearest(
      text,
      MODELS.map(({ name }) => name),
    );
    const hint =
      near === undefined ? 'write it as on the phone, T46U or VVX 450' : `did you mean ${near}?`;
    return refused('unknown-model', `there is no model ${text}; ${hint}`);
  }
  const { model } = modelOf({ vendor: vendorOfModel(text), model: text });
  const warning = `warning: ${text} is not in the table of models; it gets the files of ${model.vendor} ${model.name}`;
  return { name: text, model, warnings: [warning] };
}

async function readLines(
  db: Workplace['db'],
  { id }: OrganisationRecord,
  texts: readonly string[],
  { accounts, name }: Model,
): Promise<readonly NewLine[] | Refused> {
  const lines: NewLine[] = [];
  for (const text of texts) {
    const [, extension = '', at] = /^(\d{2,5})(?::([1-9]\d{0,2}))?$/.exec(text) ?? [];
    const user = await findUser(db, id, extension);
    if (user === undefined) return refusedBecause('unknown-user');
    const position = at === undefined ? freeLine(lines) : Number(at);
    if (position > accounts) {
      return refused(
        'no-such-line',
        `${name} has ${accounts} lines, and none numbered ${position}`,
      );
    }
    lines.push({ position, user });
  }
  return lines;
}

const freeLine = (lines: readonly NewLine[]): number =>
  Math.max(0, ...lines.map(({ position }) => position)) + 1;

/** Every key, or what is wrong with the first that is. */
export function readKeys(texts: readonly string[], model: Model): readonly PhoneKey[] | Refused {
  const keys: PhoneKey[] = [];
  for (const text of texts) {
    const key = readKey(text);
    if (key === undefined) return refused('bad-key', `"${text}" is not a key: ${KEY_FORM}`);
    if (!hasKey(model, key)) {
      const { phone, modules, perModule } = keysFor(model);
      const more = modules === 0 ? '' : `, and ${modules} modules of ${perModule}`;
      return refused(
        'no-such-key',
        `${model.name} has ${phone} keys${more}: "${text}" is none of them`,
      );
    }
    keys.push(key);
  }
  return keys;
}
