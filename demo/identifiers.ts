// How the rows of the data are named in Kairos: one place, so that offers, customers and redemptions meet.

const dayMs = 86_400_000;

export function customerIdOf(householdId: string): string {
  return `household-${householdId}`;
}

export function campaignTagOf(campaignId: string): string {
  return `campaign-${campaignId}`;
}

/** `FRZN MEAT/MEAT DINNERS` is `frzn-meat-meat-dinners`. */
export function categoryIdOf(category: string): string {
  return (
    category
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'other'
  );
}

export function offerIdOf(campaignId: string, categoryId: string): string {
  return `c${campaignId}-${categoryId}`;
}

/** The instant a day begins in UTC, a number of days later. */
export function startOfDay(day: string, shiftDays = 0): string {
  return new Date(Date.parse(day) + shiftDays * dayMs).toISOString();
}

/** The instant a day is over in UTC, a number of days later. */
export function endOfDay(day: string, shiftDays = 0): string {
  return startOfDay(day, shiftDays + 1);
}

/** Some baskets are numbered `4.0128e+10` in the data: what an id cannot have is left out. */
export function basketNameOf(basketId: string): string {
  return `basket-${basketId.replace(/[^A-Za-z0-9.]/g, '')}`;
}
