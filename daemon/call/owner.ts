import type { UserId } from '../lines/line.ts';

/**
 * Whose leg it is. Written on every leg that belongs to a person when the leg is
 * made: by the directory on calls of a device, by the dial string on calls to one.
 */
export interface Owner {
  readonly user: UserId;
  /** Undefined where FreeSWITCH rang the person without us. */
  readonly device: string | undefined;
  readonly role: Role;
}

/**
 * `phone`: an ordinary leg. `confirms`: a mobile, whose answer counts once a key was
 * pressed, since its operator's voicemail answers too. `calls`: rung by us so that
 * its owner can call somebody: the person is the caller, though the leg is dialled.
 */
export type Role = (typeof ROLES)[number];

const ROLES = ['phone', 'confirms', 'calls'] as const;

/** One word without a sign that means anything in a dial string: `vaxel/<user>/<device>/<role>`. */
export function writeOwner({ user, device, role }: Owner): string {
  const text = ['vaxel', user, device ?? '', ...(role === 'phone' ? [] : [role])].join('/');
  if (!OWNER.test(text)) throw new Error(`not an owner's mark: ${JSON.stringify(text)}`);
  return text;
}

/** Total: any other text is nobody's mark. */
export function readOwner(text: string | undefined): Owner | undefined {
  const [, user, device, role] = OWNER.exec(text ?? '') ?? [];
  if (user === undefined) return undefined;
  return {
    user,
    device: device === '' ? undefined : device,
    role: ROLES.find((each) => each === role) ?? 'phone',
  };
}

const OWNER = /^vaxel\/([\w-]{1,64})\/([\w-]{0,64})(?:\/(confirms|calls))?$/;
