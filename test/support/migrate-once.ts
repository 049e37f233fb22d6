import { migrate } from '../../common/db/migrate.ts';
import { openDb } from '../../common/db/open.ts';

// A program of its own, for a test that needs several: migrates the file and prints what it applied.
const db = openDb(process.argv[2] ?? '');
process.stdout.write(JSON.stringify(await migrate(db)));
await db.destroy();
