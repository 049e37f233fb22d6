import { isInstalled } from '../common/package-root.ts';

/** Who starts the programs here, and where they say what is the matter. */
export interface Keeper {
  /** What somebody types to start one, again if it runs. */
  readonly start: (program: Kept) => string;
  /** Where its log is. */
  readonly log: (program: Kept, state: string) => string;
  /** Where the codes of errors are explained. */
  readonly errors: string;
  readonly backup: {
    readonly start: string;
    /** Why there is none of last night. */
    readonly look: string;
  };
}

type Kept = 'vaxel-daemon' | 'vaxel-provisioning' | 'freeswitch';

const SYSTEMD: Keeper = {
  start: (program) => `systemctl restart ${program}`,
  log: (program) => `journalctl -u ${program}`,
  errors: '/usr/share/vaxel/errors.md',
  backup: {
    start: 'systemctl enable --now vaxel-backup.timer, or vaxel backup <folder> every night',
    look: 'see journalctl -u vaxel-backup, and systemctl list-timers vaxel-backup.timer',
  },
};

const NPM_START: Keeper = {
  start: () => 'npm start',
  log: (_, state) => `${state}/log`,
  errors: 'docs/errors.md',
  backup: { start: 'vaxel backup, every night', look: 'vaxel backup; then see why nobody did' },
};

/** systemd where the package is installed, `npm start` elsewhere. */
export const keeper: Keeper = isInstalled() ? SYSTEMD : NPM_START;
