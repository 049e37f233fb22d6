import { leftSince } from '../../common/db/decisions.ts';
import type { Db } from '../../common/db/open.ts';
import type { EpochMs } from '../../common/time.ts';
import type { LegId } from '../call/event.ts';
import type { LeftCall } from '../keep-spent.ts';
import type { OutPlan } from '../routing/plan.ts';

/** The calls to the public network that were decided since a moment. */
export async function leftCalls(db: Db, since: EpochMs): Promise<readonly LeftCall[]> {
  const rows = await leftSince(db, since);
  return rows.flatMap(({ leg, at, plan }): readonly LeftCall[] => {
    const read: unknown = JSON.parse(plan);
    return hasPayer(read) ? [{ leg: leg as LegId, at, payer: read.payer }] : [];
  });
}

/** One that an older version wrote names nobody, or no class. */
const hasPayer = (plan: unknown): plan is Pick<OutPlan, 'payer'> =>
  typeof plan === 'object' &&
  plan !== null &&
  'payer' in plan &&
  typeof plan.payer === 'object' &&
  plan.payer !== null &&
  'class' in plan.payer;
