import type { Organisation, User } from './directory.ts';
import type { Plan, Routing, Shown, TraceStep, VoicemailPlan } from './plan.ts';

/** Rings all of a person's devices at once, then takes a message. */
export function ring(
  organisation: Organisation,
  user: User,
  shown: Shown,
  shownOnMobiles: Shown,
  trace: readonly TraceStep[],
): Routing {
  const devices = user.devices;
  const then = voicemail(organisation, user);
  const plan: Plan = {
    kind: 'ring',
    domain: organisation.domain,
    devices,
    trunk: organisation.trunks[0]?.name,
    ringFor: user.ringFor,
    shown,
    shownOnMobiles,
    language: user.language,
    then,
  };
  const because =
    devices.length === 0
      ? `${user.name} has no device: a message is taken`
      : `${devices.map(({ kind, label }) => `${kind} ${label}`).join(', ')}, for ${user.ringFor} s, then a message is taken`;
  return {
    plan: devices.length === 0 ? then : plan,
    trace: [...trace, { rule: 'fork', because }],
  };
}

function voicemail(organisation: Organisation, user: User): VoicemailPlan {
  return {
    kind: 'voicemail',
    domain: organisation.domain,
    mailbox: user.extension,
    language: user.language,
    zone: organisation.zone,
  };
}
