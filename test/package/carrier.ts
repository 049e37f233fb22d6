import { answers } from '../support/sip/behaviours.ts';
import { createTrunkPeer } from '../support/sip/trunk-peer.ts';

// The other end of a trunk, as a process of its own: it answers while whoever started it waits for a command to end. Takes the
// port; is told `all` to hear nothing any more, and `nothing` to hear again; says `ready`.
const carrier = await createTrunkPeer({
  bind: '127.0.0.1',
  port: Number(process.argv[2]),
  toneHz: 900,
});
carrier.behave(answers());
process.on('message', (what) => {
  carrier.mute(what === 'all' ? 'all' : 'nothing');
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
