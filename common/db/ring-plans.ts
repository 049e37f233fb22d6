import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';
import type { UserRecord } from './users.ts';

/** When one device begins to ring. Those that are not in a plan do not ring under it. */
export interface RingStepRecord {
  readonly deviceId: string;
  readonly label: string;
  readonly afterSeconds: number;
}

export interface RingPlanRecord {
  /** Undefined: under every activity that has no plan of its own. */
  readonly activityId: string | undefined;
  readonly steps: readonly RingStepRecord[];
}

export type SetRingPlan =
  | { readonly kind: 'set'; readonly plan: RingPlanRecord }
  | {
      readonly kind: 'refused';
      readonly why: 'unknown-device' | 'device-twice' | 'bad-delay' | 'nobody-rings-first';
    };

export interface WantedStep {
  /** A device's id, or its label, whole and in any capitals. */
  readonly device: string;
  readonly afterSeconds: number;
}

export async function setRingPlan(
  db: Db,
  user: UserRecord,
  activityId: string | undefined,
  wanted: readonly WantedStep[],
): Promise<SetRingPlan> {
  if (wanted.some(({ afterSeconds }) => !isDelay(afterSeconds))) {
    return { kind: 'refused', why: 'bad-delay' };
  }
  if (!wanted.some(({ afterSeconds }) => afterSeconds < user.ringSeconds)) {
    return { kind: 'refused', why: 'nobody-rings-first' };
  }
  return inTransaction(db, async (db) => {
    const devices = await db
      .selectFrom('device')
      .select(['id', 'label'])
      .where('user_id', '=', user.id)
      .execute();
    const steps = wanted.flatMap(({ device, afterSeconds }) => {
      const found =
        devices.find(({ id }) => id === device) ?? onlyOne(devices.filter(isLabelled(device)));
      return found === undefined ? [] : [{ deviceId: found.id, label: found.label, afterSeconds }];
    });
    if (steps.length < wanted.length) return { kind: 'refused', why: 'unknown-device' };
    if (new Set(steps.map(({ deviceId }) => deviceId)).size < steps.length) {
      return { kind: 'refused', why: 'device-twice' };
    }
    await deleteSteps(db, user, activityId);
    await db
      .insertInto('ring_step')
      .values(
        steps.map(({ deviceId, afterSeconds }) => ({
          user_id: user.id,
          activity_id: activityId ?? null,
          device_id: deviceId,
          after_seconds: afterSeconds,
        })),
      )
      .execute();
    await bumpRevision(db);
    return { kind: 'set', plan: { activityId, steps } };
  });
}

/** All devices ring at once again. @returns whether there was a plan. */
export async function clearRingPlan(
  db: Db,
  user: UserRecord,
  activityId: string | undefined,
): Promise<boolean> {
  return inTransaction(db, async (db) => {
    const deleted = await deleteSteps(db, user, activityId);
    if (deleted) await bumpRevision(db);
    return deleted;
  });
}

/** The one for every other activity first. */
export async function listRingPlans(db: Db, userId: string): Promise<readonly RingPlanRecord[]> {
  const rows = await db
    .selectFrom('ring_step')
    .innerJoin('device', 'device.id', 'device_id')
    .select(['activity_id', 'device_id', 'label', 'after_seconds'])
    .where('ring_step.user_id', '=', userId)
    .orderBy('activity_id')
    .orderBy('after_seconds')
    .orderBy('device_id')
    .execute();
  const plans = new Map<string | undefined, RingStepRecord[]>();
  for (const { activity_id, device_id, label, after_seconds } of rows) {
    const activityId = activity_id ?? undefined;
    const step = { deviceId: device_id, label, afterSeconds: after_seconds };
    plans.set(activityId, [...(plans.get(activityId) ?? []), step]);
  }
  return [...plans].map(([activityId, steps]) => ({ activityId, steps }));
}

/** As the table checks it. */
const isDelay = (seconds: number) => Number.isInteger(seconds) && seconds >= 0 && seconds <= 120;

const isLabelled =
  (wanted: string) =>
  ({ label }: { readonly label: string }): boolean =>
    label.toLowerCase() === wanted.toLowerCase();

const onlyOne = <Item>(items: readonly Item[]): Item | undefined =>
  items.length === 1 ? items[0] : undefined;

async function deleteSteps(
  db: Db,
  { id }: UserRecord,
  activityId: string | undefined,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('ring_step')
    .where('user_id', '=', id)
    .where('activity_id', activityId === undefined ? 'is' : '=', activityId ?? null)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
