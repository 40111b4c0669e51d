"""English."""

TABLE = """
safety: safe, safety, danger, dangerous, in danger, hide, hiding, escape, run away, get out,
  afraid, scared, threat, threatened, threatens, following me, stalking, stalker, violence,
  violent, abuse, abused, abuser, domestic violence, beats me, hits me, hurts me, trafficking,
  trafficked, forced, protection, restraining order, protective order, safe house, safety plan,
  my boss took, pimp, hit me, hitting me, beat me, beating me, hurting me, he hit me,
  locked me in, wont let me leave, cant leave, watching me, abusive, controlling, kidnapped,
  forced to work, forced to have sex, sold, took my papers, unsafe, not safe, tracking me,
  tracking my phone, spying on me, spyware, someone is watching
emergency_housing: shelter, emergency shelter, bed, beds, bed tonight, place to stay,
  place to sleep, somewhere to sleep, somewhere to stay, sleep tonight, stay tonight, tonight,
  homeless, emergency housing, nowhere to go, nowhere to sleep, on the street, sleeping outside,
  kicked out, motel, hotel, refuge, housing, roof, safe house, place to live, homeless shelter,
  room, place for, warm place, crash, couch, evicted, eviction, living in my car, sleep in my car,
  sleeping in my car, safe place, stay for the night, rough sleeping, roof over my head
transitional_housing: transitional, transitional housing, temporary housing, temporary home,
  place for some months, shelter, place to stay, halfway house, housing, sober living, room,
  short term housing, place to live, place for, long stay, safe place
long_term_housing: rent, apartment, housing, permanent housing, home of my own, own place,
  section 8, affordable housing, long term housing, house, lease, landlord, low income housing,
  help with rent, pay rent, paying rent, rental, place to live, supportive housing, room,
  place for, move out, move in, my own apartment, deposit, security deposit, evicted, eviction
food_clothing: food, food pantry, food bank, meal, meals, hungry, hunger, eat, something to eat,
  clothes, clothing, shoes, coat, jacket, groceries, soup kitchen, diapers, shower, showers,
  hygiene, laundry, food stamps, free food, breakfast, dinner, toiletries, blanket, starving,
  jeans, pants, underwear, socks, formula, baby formula, baby food, hot meal, grocery, lunch,
  tampons, pads, soap, dress, winter coat
translation: interpreter, interpreters, interpreting, translator, translation, translate,
  interpretation, speaks my language, speak my language, in my language,
  sign language interpreter, dont speak english, i dont speak english, no english, speak english,
  does not speak english
legal_guardianship: guardian, guardianship, legal guardian, custody, custody of
permanency_placement: foster, foster care, foster home, foster family, adoption, adopt,
  lasting home
legal_assistance: lawyer, lawyers, attorney, attorneys, legal, legal aid, legal help, law, visa,
  t visa, u visa, immigration, immigration lawyer, asylum, deportation, deported, green card,
  court date, court papers, court case, divorce, vawa, vacatur, clear my record, expungement, sue,
  unpaid wages, stolen wages, wage theft, restraining order, protective order, rights,
  work permit, immigration papers, public defender, law firm, continued presence, notario, papers,
  wont pay me, didnt pay me, never paid me, not paying me, not getting paid, not paid,
  didnt get paid, owes me money, unpaid, stole my wages, my wages, paycheck, court, judge,
  arrested, warrant, ice, lawsuit, contract, charges, sealed record, citizenship,
  apply for citizenship, t-visa, daca, victim visa, legal status, stay in this country
advocacy: advocate, advocates, advocacy, support, someone on my side, go with me, speak for me,
  victim advocate, support group, someone to help me, survivor, survivors, peer support, mentor
medical_care: doctor, doctors, clinic, clinics, hospital, medical, health, nurse, medicine,
  medication, sick, hurt, injured, injury, pain, pregnant, pregnancy, std, sti, hiv, rape kit,
  exam, check up, checkup, prescription, health care, healthcare, gynecologist, birth control,
  physician, vaccine, wound, bleeding, medicaid, eye doctor, glasses, eyes, fever, cough,
  infection, std test, hiv test, pregnancy test, abortion, midwife, stomach, headache,
  see a doctor, urgent care, er, surgery, blood, test
dental_care: dentist, dentists, dental, tooth, teeth, toothache, tooth hurts, tooth pain, cavity,
  gum, gums, broken tooth
mental_health: counseling, counselor, counsellor, counselling, therapy, therapist, mental,
  depressed, mental health, trauma, sad, depression, anxiety, ptsd, nightmares, bad dreams,
  cant sleep, psychologist, psychiatrist, someone to talk to, talk to someone, panic, stress,
  flashbacks, psych, lonely, feel alone, scared all the time, cry, crying, hopeless,
  hearing voices, anger, grief, cant stop crying, psychiatric, bipolar, shrink, emotional support,
  mental illness, someone to listen, overwhelmed
substance_abuse_treatment: detox, rehab, addiction, addicted, drugs, drug, alcohol, alcoholic,
  drinking, sober, sobriety, recovery, substance abuse, stop drinking, quit drinking, stop using,
  get clean, opioid, fentanyl, heroin, meth, methadone, suboxone, withdrawal, overdose, narcan,
  aa, crackhead, crack, cocaine, pills, weed, drunk all the time, get sober, stop drugs,
  quit drugs, off drugs, drug problem, drinking problem, hooked on, drug help, aa meeting,
  na meeting, narcotics anonymous, dope
transportation: ride, rides, bus, bus pass, bus ticket, transport, transportation, taxi, car, gas,
  gas card, get there, travel, drive me, driver, lift, uber, lyft, metro, train, train ticket,
  greyhound, drive to, pick me up, how to get to, ride home, plane ticket
life_skills: life skills, budget, budgeting, cooking, skills, parenting, parenting class,
  parenting classes, bank account, everyday skills, how to cook, credit, money management,
  save money, savings, driving lessons, drivers ed, anger management, time management,
  how to be a parent, financial literacy
education: school, class, classes, education, english class, english classes, esl, ged, college,
  learn english, learn to read, study, tutoring, tutor, diploma, enroll, citizenship class,
  computer class, computer classes, enroll my kids, school for, reading and writing,
  read and write, go back to school, high school, finish school, scholarship, computer skills,
  learn, lessons
financial_assistance: money, cash, bills, bill, financial, financial help, financial assistance,
  help with bills, debt, benefits, welfare, tanf, snap, food stamps, electric bill, light bill,
  help with rent, pay rent, paying rent, emergency funds, cash assistance, utilities, broke,
  compensation, no money, need money, rent help, pay my bills, cant pay, afford, loan, gas bill,
  water bill, phone bill, disability, ssi, unemployment benefits, victim compensation, pay for
job_training_employment: job, jobs, work, working, employment, training, job training, career,
  resume, find a job, find work, need work, job search, hire, hiring, employer, apprenticeship,
  work permit, vocational, get a job, jobs for, hiring now, earn money, make money, interview,
  trade school, learn a trade, welding, cna, vocational training, unemployed, no job
child_care: daycare, day care, childcare, child care, babysitter, babysitting, nursery, preschool,
  head start, watch my kids, watch my baby, take care of my kids, after school,
  looking after my kids, watch my daughter, watch my son, watch my child, watch my children,
  watch the kids, babysit, sitter, kindergarten, leave my kids, leave my baby
reunification_repatriation: go home, go back home, go back to my country, return home,
  find my family, find my mother, find my children, reunite, reunification, repatriation,
  return to my country, bring my family, bring my kids, bring my children, family reunification,
  home country, embassy, consulate, back to my country, get home, see my family, my family back,
  bring my mother, miss my family, find my son, find my daughter, find my sister, find my brother,
  fly home, back to mexico, missing person
identity_documents: id card, identification, passport, papers, documents, birth certificate,
  social security card, social security, drivers license, driver license, state id, lost my id,
  lost id, lost my passport, took my passport, took my papers, lost papers, get an id, get id,
  new id, my id, ssn, social, took my id, stole my passport, no documents, lost documents,
  lost my papers, get my papers back, replace my id, name change
crisis_intervention: crisis, emergency, hotline, help line, helpline, suicide, suicidal,
  kill myself, want to die, i want to die, help me now, urgent, call now, 988, crisis line,
  end my life, hurt myself, rape, raped, assault, assaulted, following me, hit me, he hit me,
  cutting myself, self harm, sexual assault, molested, panic attack, 911, help now, right now,
  tracking me
case_management: case manager, case management, social worker, caseworker, case worker, navigator,
  help with everything, one person

woman: women, woman, female, girl, girls, lady, ladies, mothers, moms, womens, pregnant,
  single mother, single mom
man: men, man, male, boy, boys, guy, guys, fathers, mens, gentlemen, single father, single dad
nonbinary: nonbinary, non binary, transgender, trans, lgbtq, lgbt, lgbtqia, gay, queer, lesbian,
  two spirit, bisexual
minor: teen, teens, teenager, teenagers, youth, minor, minors, under 18, underage, runaway,
  young people, adolescent, unaccompanied, 13 years old, 14 years old, 15 years old, 16 years old,
  17 years old, child alone, juvenile
adult: adult, adults, over 18
foreign_national: immigrant, immigrants, undocumented, refugee, refugees, no papers,
  without papers, foreigner, migrant, migrants, illegal, no status, asylum seeker, asylum seekers,
  not a citizen
domestic: citizen, citizens, us citizen, american, americans
no_id: no id, without id, dont have id, no identification, dont have an id
felony: criminal record, felony, felon, felons, record, background check, ex offender, convicted,
  out of jail, out of prison, been arrested, jail, prison
no_sobriety: still drinking, still using, not sober, using drugs, high, drunk
with_children: with children, with kids, with my kids, with a baby, with my children, my kids,
  kids, children, my children, family, families, baby, my baby, my son, my daughter, son,
  daughter, with family, toddler, infant
pets: pets, pet, dog, dogs, cat, cats, with my dog, animal, animals, service dog
language-es: spanish, spanish speaking, hispanic, latino, latina
language-zh: chinese, mandarin, cantonese
language-vi: vietnamese
language-ko: korean
language-tl: tagalog, filipino
language-ar: arabic
language-ru: russian
language-ht: haitian, creole, haitian creole, kreyol
language-fr: french
language-pt: portuguese, brazilian
language-hi: hindi
language-th: thai
language-am: amharic, ethiopian
language-so: somali
language-quc: kiche, quiche, mayan
language-ase: asl, sign language, deaf
language-en: english
small: a, an, and, are, at, be, can, cant, do, dont, for, from, have, has, how, i, im, in, is, it,
  its, me, my, mine, near, nearby, need, needs, of, off, on, or, someone, somebody, that, the, to,
  want, what, when, where, who, whos, will, with, you, your, am, any, anyone, get, give, help,
  helps, find, he, she, him, her, his, they, them, husband, wife, father, mother, county, city,
  looking, look, please, free, some, somewhere, there, this, was, we, us, our, place, places, no,
  not, go, going, speak, speaks, speaking, talk, take, takes, back, cheap, low cost, around,
  close, closest, open, now, today, here, by, about, also, but, if, just, out, up, without, like,
  good, best, services, service, center, program, person, people, friendly, s, t, m, d, ll, re,
  lost, pay, paying, country, does, so, really, old, years, everything, new, own, make, call,
  wont, didnt, boss, let, boyfriend, girlfriend, were, had, been, while, then, than, every, their,
  which, very, doesnt, isnt, wasnt, thank, thanks, hello, hi, used, using
"""
