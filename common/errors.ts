/**
 * What can go wrong, in three kinds:
 *
 * - A refusal the caller can act on (no such extension, number already taken)
 *   is not an error: it is a member of the returned union.
 * - A `VaxelError` means the world did not behave: FreeSWITCH answered `-ERR`,
 *   the disk is full, a file is damaged. Every one has a `code`, explained in
 *   docs/errors.md.
 * - A bug is a broken assumption of ours and throws a plain `Error`. Nobody
 *   catches it: the process logs it and exits, and its supervisor starts a new one.
 */
export type ErrorCode =
  | 'BACKUP_DAMAGED'
  | 'BACKUP_FAILED'
  | 'BACKUP_NEWER'
  | 'CONFIG_INVALID'
  | 'DATABASE_CORRUPT'
  | 'DATABASE_FAILED'
  | 'DATABASE_LOCKED'
  | 'DATABASE_NEWER'
  | 'DISK_FULL'
  | 'ESL_ADDRESS_REFUSED'
  | 'ESL_AUTH_REFUSED'
  | 'ESL_COMMAND_FAILED'
  | 'ESL_DISCONNECTED'
  | 'ESL_TIMEOUT'
  | 'FREESWITCH_CONFIG_FAILED'
  | 'FREESWITCH_NOT_FOUND'
  | 'MIGRATION_FAILED'
  | 'PORT_TAKEN'
  | 'SECRET_UNREADABLE'
  | 'SPEECH_FAILED'
  | 'TEMPLATE_FAILED';

export class VaxelError extends Error {
  override readonly name = 'VaxelError';
  readonly code: ErrorCode;
  /** Facts for the log line. Never a secret, never a whole event. */
  readonly context: Readonly<Record<string, string | number | boolean>>;

  constructor(
    code: ErrorCode,
    message: string,
    context: VaxelError['context'] = {},
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
    this.code = code;
    this.context = context;
  }
}

/** Whether the world was broken in that way, and no other. */
export const hasCode = (error: unknown, code: ErrorCode): boolean =>
  error instanceof VaxelError && error.code === code;
