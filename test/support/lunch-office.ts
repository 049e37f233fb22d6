import type { Exchange } from './exchange.ts';
import { addCarrier, fillOffice, type Owner, plugIn } from './phones.ts';
import { rings } from './sip/behaviours.ts';

/**
 * Anna with two phones, Björn with one, all of which ring, and a carrier. Who hears that Anna is away may leave a message
 * with 1, or reach Björn with 2.
 */
export async function lunchOffice(t: Owner, exchange: Exchange) {
  await fillOffice(exchange);
  await exchange.vaxel('choice', 'set', '100', '1', 'message');
  await exchange.vaxel('choice', 'set', '100', '2', 'extension:101');
  const carrier = await addCarrier(t, exchange, 'first');
  const anna = await plugIn(t, exchange, '100', 500);
  const app = await plugIn(t, exchange, '100', 600);
  const bjorn = await plugIn(t, exchange, '101', 700);
  for (const phone of [anna, app, bjorn]) phone.agent.onCall(rings);
  const dial = (user: string) =>
    carrier.call({
      ...{ to: '+46812345600', proxy: exchange.trunk },
      from: { user, displayName: '' },
    });
  return { carrier, anna, app, bjorn, dial };
}
