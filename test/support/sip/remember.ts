/** Puts it behind the others, and forgets the older half of too many. */
export function remember<Item>(items: Item[], item: Item, most: number): void {
  items.push(item);
  if (items.length > most) items.splice(0, Math.ceil(most / 2));
}
