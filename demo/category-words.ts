// The shop's category codes in words that can be said to a customer: `FRZN VEGETABLE/VEG DSH` is "frozen vegetables and sides".

const inWords: Readonly<Record<string, string>> = {
  'BABY HBC': 'baby care',
  'BATH TISSUES': 'bath tissue',
  'BEANS - CANNED GLASS & MW': 'canned beans',
  'CANDY - CHECKLANE': 'candy',
  'CANDY - PACKAGED': 'candy bags',
  'CONVENIENT BRKFST/WHLSM SNACKS': 'breakfast bars and snacks',
  'CRACKERS/MISC BKD FD': 'crackers',
  'DINNER MXS:DRY': 'dinner mixes',
  'DISHWASH DETERGENTS': 'dishwasher detergent',
  'DRY BN/VEG/POTATO/RICE': 'beans, potatoes and rice',
  'FACIAL TISS/DNR NAPKIN': 'tissues and napkins',
  'FD WRAPS/BAGS/TRSH BG': 'food wraps and bags',
  'FLORAL-FRESH CUT': 'fresh flowers',
  'FLUID MILK PRODUCTS': 'milk',
  FROZEN: 'frozen food',
  'FRUIT - SHELF STABLE': 'canned fruit',
  'FRZN BREAKFAST FOODS': 'frozen breakfast',
  'FRZN FRUITS': 'frozen fruit',
  'FRZN JCE CONC/DRNKS': 'frozen juice',
  'FRZN MEAT/MEAT DINNERS': 'frozen dinners',
  'FRZN NOVELTIES/WTR ICE': 'ice pops',
  'FRZN POTATOES': 'frozen potatoes',
  'FRZN VEGETABLE/VEG DSH': 'frozen vegetables',
  'GREETING CARDS/WRAP/PARTY SPLY': 'cards and party supplies',
  'HEAT/SERVE': 'ready meals',
  HISPANIC: 'Hispanic food',
  'HOUSEHOLD CLEANG NEEDS': 'household cleaners',
  'ICE CREAM/MILK/SHERBTS': 'ice cream',
  'MEAT - MISC': 'meat',
  'MEAT - SHELF STABLE': 'canned meat',
  'MILK BY-PRODUCTS': 'cream and sour cream',
  'MISC. DAIRY': 'dairy',
  'MOLASSES/SYRUP/PANCAKE MIXS': 'syrup and pancake mixes',
  'NON EDIBLE PRODUCTS': 'household goods',
  OTHER: 'selected products',
  'PICKLE/RELISH/PKLD VEG': 'pickles',
  'PNT BTR/JELLY/JAMS': 'peanut butter and jam',
  PROCESSED: 'packaged food',
  'PWDR/CRYSTL DRNK MX': 'drink mixes',
  'REFRGRATD DOUGH PRODUCTS': 'chilled dough',
  'REFRGRATD JUICES/DRNKS': 'chilled juice',
  REFRIGERATED: 'chilled food',
  'SALD DRSNG/SNDWCH SPRD': 'salad dressing',
  'SEAFOOD - FROZEN': 'frozen seafood',
  'SEAFOOD - SHELF STABLE': 'canned seafood',
  'SEAFOOD-FRESH': 'fresh seafood',
  'SNKS/CKYS/CRKR/CNDY': 'snacks',
  'SOAP - LIQUID & BAR': 'soap',
  'SUGARS/SWEETNERS': 'sugar and sweeteners',
  'VEGETABLES - SHELF STABLE': 'canned vegetables',
  'WATER - CARBONATED/FLVRD DRINK': 'sparkling water',
};

/** A product category of the data in plain words, lower case. */
export function inPlainWords(category: string): string {
  return (
    inWords[category] ?? category.toLowerCase().replaceAll('&', ' and ').replaceAll('/', ' and ').replace(/\s+/g, ' ')
  );
}

/** True for products that only homes with small children need. */
export function isForSmallChildren(category: string): boolean {
  return /\b(BABY|INFANT|DIAPERS)\b/.test(category);
}
