"""Haitian Creole."""

TABLE = """
safety: danje, an danje, sekirite, kache, sove, sove kò m, pè, mwen pè, menas, menase m, vyolans,
  abi, bat mwen, bat m, kale m, maltrete, pwoteksyon, trafik moun, viktim, swiv mwen, swiv m,
  vyolans domestik, fòse m, eskplwatasyon, ap bat mwen, bat, frape m, fèmen m, fòse,
  pa an sekirite, mari m bat mwen, kenbe m
emergency_housing: kote pou m dòmi, kote pou dòmi, kote dòmi, kote pou m rete, kote pou rete,
  abri, refij, chèltè, lojman, kabann, aswè a, san kay, san abri, kote pou viv, kote pou m viv,
  nan lari, otèl, lojman ijans, dòmi deyò, pa gen kote, dòmi, kote m ka dòmi, pa gen kay,
  mete m deyò, chanm
transitional_housing: lojman tanporè, kay tanporè, lojman, abri, kote pou m rete, kote pou m viv,
  chanm, kote pou rete
long_term_housing: lwaye, kay, apatman, lojman, peye kay, peye lwaye, lwe kay, kote pou m viv,
  pwòp kay
food_clothing: manje, grangou, mwen grangou, rad, soulye, bwat manje, bank manje, repa,
  manje gratis, kouchèt, benyen, pwovizyon, dejene
translation: entèprèt, tradiktè, tradiksyon, tradui, pale lang mwen, moun ki pale kreyòl
legal_guardianship: gadyen, gadyen legal, gad timoun, responsab legal
permanency_placement: fanmi akèy, adopsyon, adopte
legal_assistance: avoka, legal, imigrasyon, viza, azil, depòtasyon, depòte, tribinal, lajistis,
  divòs, lalwa, grin kat, rezidans, dwa, èd legal, tps, jij, papye imigrasyon, pèmi travay,
  yo pa peye m, pa peye m, patwon pa peye, salè, ka, lapolis, papye, papye legal
advocacy: sipò, defansè, akonpaye m, moun pou ede m, gwoup sipò, avèk mwen, sivivan
medical_care: doktè, lopital, klinik, malad, mwen malad, remèd, medikaman, ansent, gwosès,
  enfimyè, sante, blese, doulè, swen, swen medikal, vaksen, medsen
dental_care: dantis, dan, dan fè mal, maldan, mal dan, dan m ap fè m mal
mental_health: sikològ, terapi, konsèy, tris, depresyon, enkyetid, estrès, twomatis, pa ka dòmi,
  kochma, sante mantal, moun pou m pale, pale ak yon moun, konseye, chagren
substance_abuse_treatment: dwòg, alkòl, tafya, dezentoksikasyon, reyabilitasyon, depandans,
  adiksyon, sispann bwè, kleren
transportation: transpò, bis, machin, taksi, woulib, biyè bis, transpòtasyon, tap tap
life_skills: konpetans, bidjè, kwit manje, fè manje, kont labank, edikasyon paran
education: lekòl, klas, aprann angle, kou angle, edikasyon, etidye, inivèsite, aprann li, kou,
  klas angle, aprann
financial_assistance: lajan, kòb, èd finansye, bòdwo, dèt, kach, benefis, peye lwaye, peye kay,
  peye bil, asistans, peye kouran, finansye, pa gen kòb, pa gen lajan, bezwen lajan
job_training_employment: travay, djòb, anplwa, fòmasyon, jwenn travay, chèche travay, metye,
  pèmi travay
child_care: gadri, gadri timoun, gade timoun, gade pitit, jadendanfan, okipe timoun,
  gade pitit mwen
reunification_repatriation: retounen lakay, retounen ayiti, retounen nan peyi m, jwenn fanmi m,
  reyini ak fanmi, konsila, anbasad, rapatriman, tounen lakay, fè pitit mwen vini, tounen ayiti
identity_documents: paspò, papye, kat idantite, batistè, dokiman, lisans, kat sosyal, pèdi paspò,
  yo pran paspò m, idantite
crisis_intervention: kriz, swisid, touye tèt mwen, touye tèt, mwen vle mouri, ijans, liy dirèk,
  vyole, kadejak, anmwe, bat mwen, bat m, ap bat mwen
case_management: travayè sosyal, jesyonè ka, manadjè ka, asistan sosyal

woman: fanm, fi, tifi, manman, medam, dam, ansent
man: gason, nèg, ti gason, mesye
nonbinary: transganr, masisi, madivin
minor: minè, adolesan, jèn
adult: granmoun, adilt
foreign_national: imigran, refijye, san papye, ilegal, etranje
domestic: sitwayen, sitwayen ameriken
no_id: san idantite, pa gen idantite
felony: dosye kriminèl, prizon
with_children: timoun, ak timoun, pitit, ak pitit mwen, pitit mwen, tibebe, fanmi, ti bebe,
  ak timoun yo
pets: bèt, chen, chat kay
language-ht: kreyòl, kreyol, kreyòl ayisyen, pale kreyòl, ayisyen
language-en: pale angle
language-fr: franse, pale franse
language-es: panyòl, pale panyòl
small: mwen, m, bezwen, yon, pou, nan, ak, ki, kote, ede, ede m, èd, gen, pa, la, a, an, yo, li,
  ou, w, vle, chèche, jwenn, gratis, tanpri, kijan, kòman, kisa, kiyès, moun, pre, bò isit, sou,
  te, ap, se, sa, oswa, oubyen, epi, avèk, ka, pale, lè, tout, pi, yon moun, peyi, kounye a,
  jodi a, mari, mari m, madanm, patwon, pa gen, li menm, bonjou, kapab, nou, anpil, lòt, fè,
  konnen
"""
