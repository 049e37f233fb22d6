import { newId } from '../id.ts';
import { readName } from '../name.ts';
import { isCountry } from '../phone-number.ts';
import { readSipDomain } from '../sip-domain.ts';
import type { EpochMs } from '../time.ts';
import { seedActivities } from './activities.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

export interface OrganisationRecord {
  readonly id: string;
  readonly domain: string;
  readonly name: string;
  readonly country: string;
  readonly areaCode: string | undefined;
  readonly zone: string;
  readonly language: 'sv' | 'en';
}

export interface NewOrganisation {
  readonly domain: string;
  readonly name: string;
  readonly country?: string | undefined;
  /** With or without its leading zero. */
  readonly areaCode?: string | undefined;
  readonly zone?: string | undefined;
  readonly language?: string | undefined;
}

export type AddOrganisation =
  | { readonly kind: 'added'; readonly organisation: OrganisationRecord }
  | {
      readonly kind: 'refused';
      readonly why:
        | 'bad-domain'
        | 'bad-name'
        | 'unknown-country'
        | 'bad-area-code'
        | 'unknown-zone'
        | 'unknown-language'
        | 'domain-taken';
    };

export async function addOrganisation(
  db: Db,
  wanted: NewOrganisation,
  now: EpochMs,
): Promise<AddOrganisation> {
  const domain = readSipDomain(wanted.domain);
  const name = readName(wanted.name);
  const { country = 'SE', zone = 'Europe/Stockholm' } = wanted;
  const language = LANGUAGES.find((known) => known === (wanted.language ?? 'sv'));
  const areaCode = wanted.areaCode?.replace(/^0/, '');
  if (domain === undefined) return { kind: 'refused', why: 'bad-domain' };
  if (name === undefined) return { kind: 'refused', why: 'bad-name' };
  if (!isCountry(country)) return { kind: 'refused', why: 'unknown-country' };
  if (areaCode !== undefined && !/^[1-9]\d{0,4}$/.test(areaCode)) {
    return { kind: 'refused', why: 'bad-area-code' };
  }
  if (!isZone(zone)) return { kind: 'refused', why: 'unknown-zone' };
  if (language === undefined) return { kind: 'refused', why: 'unknown-language' };

  return inTransaction(db, async (db) => {
    if ((await findOrganisation(db, domain)) !== undefined) {
      return { kind: 'refused', why: 'domain-taken' };
    }
    const organisation = { id: newId(), domain, name, country, areaCode, zone, language };
    const { areaCode: area_code = null, ...columns } = organisation;
    await db
      .insertInto('organisation')
      .values({ ...columns, area_code, created_at: now })
      .execute();
    await seedActivities(db, organisation.id);
    await bumpRevision(db);
    return { kind: 'added', organisation };
  });
}

/** By SIP domain, in any case. */
export async function findOrganisation(
  db: Db,
  domain: string,
): Promise<OrganisationRecord | undefined> {
  const all = await listOrganisations(db);
  return all.find((organisation) => organisation.domain === domain.toLowerCase());
}

/** By domain. There are few: a server's worth. */
export async function listOrganisations(db: Db): Promise<readonly OrganisationRecord[]> {
  const rows = await db
    .selectFrom('organisation')
    .select(['id', 'domain', 'name', 'country', 'area_code', 'zone', 'language'])
    .orderBy('domain')
    .execute();
  return rows.map(({ area_code, ...row }) => ({ ...row, areaCode: area_code ?? undefined }));
}

function isZone(zone: string): boolean {
  return zone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(zone);
}

const LANGUAGES = ['sv', 'en'] as const;
