"""Tagalog, and the English words that Filipinos put in it."""

TABLE = """
safety: ligtas, kaligtasan, panganib, nanganganib, tumakas, tatakas, magtago, takot, natatakot,
  banta, pananakot, binabantaan, karahasan, pang aabuso, inaabuso, sinasaktan, binubugbog,
  binubogbog, sinusundan, proteksyon, human trafficking, biktima, alipin, binubugbog ako,
  sinaktan, bugbog, ikinulong, pinilit, pinipilit, hindi ligtas, binugbog, nambubugbog
emergency_housing: matutuluyan, matulugan, matutulugan, walang matulugan, walang tirahan, tirahan,
  kanlungan, silungan, shelter, tulugan, ngayong gabi, kama, walang bahay, tuluyan,
  pansamantalang bahay, palaboy, masilungan, bahay ampunan, mapagtulugan, matutulog, tulog,
  pinalayas, kwarto, matulog, matutuluyan ngayong gabi
transitional_housing: pansamantalang tirahan, pansamantalang tuluyan, tirahan, matutuluyan,
  kanlungan, matitirhan, silungan, pansamantalang bahay
long_term_housing: upa, renta, apartment, paupahan, tirahan, bahay, sariling bahay, upahan,
  matitirhan, pambayad ng upa, bayad sa upa
food_clothing: pagkain, gutom, nagugutom, damit, makakain, kumain, kakainin, sapatos,
  libreng pagkain, bigas, grocery, lampin, ligo, maligo, kain, ulam, ayuda
translation: tagasalin, interpreter, tagapagsalin, magsalin, pagsasalin, tagapagsalita
legal_guardianship: tagapag alaga na legal, kustodiya, guardian, tagapangalaga
permanency_placement: ampon, pag aampon, foster
legal_assistance: abogado, abugado, abogada, visa, imigrasyon, legal, batas, hukuman, korte, kaso,
  deportasyon, deport, green card, asylum, karapatan, tulong legal, hiwalayan, diborsyo,
  annulment, hindi binayaran, sahod, sweldo, work permit, hindi binabayaran, hindi ako binayaran,
  ayaw magbayad, hindi ako sinasahuran, papeles, hukom, demanda
advocacy: tagapagtanggol, suporta, kasama ko, samahan ako, tagasuporta, makakasama, nakaligtas
medical_care: doktor, doktora, ospital, klinika, gamot, may sakit, sakit, masakit, buntis, nars,
  nurse, kalusugan, pagamutan, sugat, manggagamot, check up, lagnat, nagdadalantao, medikal
dental_care: dentista, ngipin, masakit ang ngipin, sakit ng ngipin, sakit sa ngipin,
  bunot ng ngipin
mental_health: payo, tagapayo, kausap, makausap, malungkot, lungkot, depresyon, pagkabalisa,
  trauma, bangungot, hindi makatulog, psychologist, terapiya, counseling, kalusugang pangkaisipan,
  stress
substance_abuse_treatment: droga, alak, adik, lulong, pagkalulong, bisyo, rehab, shabu, lasing
transportation: sasakyan, pamasahe, sakay, masakyan, bus, transportasyon, hatid, ihatid, biyahe
life_skills: kasanayan, badyet, magluto, pagluluto, pag iimpok, pagiging magulang
education: paaralan, eskwela, eskwelahan, klase, edukasyon, mag aral, pag aaral, matuto ng ingles,
  kolehiyo, iskwela, aral, klase sa ingles
financial_assistance: pera, tulong pinansyal, pambayad, bayarin, utang, salapi, benepisyo,
  pinansyal, kuryente, ayudang pera, pambayad ng upa, bayad sa upa, panggastos, walang pera,
  wala akong pera, pang upa, pambili
job_training_employment: trabaho, hanapbuhay, pagsasanay, magtrabaho, empleyo,
  makahanap ng trabaho, naghahanap ng trabaho, resume, work permit, mapapasukan, pasukan, raket
child_care: alaga ng bata, pag aalaga ng bata, yaya, daycare, bantay ng bata, mag aalaga sa anak,
  magbabantay sa anak
reunification_repatriation: umuwi, uuwi, makauwi, pauwi, umuwi sa pilipinas, pag uwi,
  hanapin ang pamilya, makasama ang pamilya, konsulado, embahada, bumalik sa pilipinas,
  balik bayan
identity_documents: pasaporte, papeles, dokumento, birth certificate, lisensya, id card,
  nawala ang pasaporte, kinuha ang pasaporte, katibayan
crisis_intervention: krisis, magpakamatay, pagpapakamatay, gusto ko nang mamatay, emergency,
  saklolo, hotline, ginahasa, panggagahasa, agarang tulong, binubugbog ako, sinaktan ako
case_management: social worker, case manager, manggagawang panlipunan

woman: babae, kababaihan, mga babae, dalaga, batang babae
man: lalaki, kalalakihan, mga lalaki, binata, batang lalaki
nonbinary: bakla, tomboy, transgender, lgbt
minor: menor de edad, kabataan, binatilyo, dalagita
adult: matatanda, nasa hustong gulang
foreign_national: tnt, tago ng tago, walang papeles, imigrante, dayuhan
domestic: mamamayan
no_id: walang id
felony: may rekord, nakulong, bilanggo
with_children: may anak, mga anak, anak, anak ko, sanggol, mga bata, pamilya, bata, mga anak ko
pets: alagang hayop, aso, pusa
language-tl: tagalog, pilipino, filipino, wikang filipino
language-en: ingles
language-es: espanyol
small: ako, ang, at, ay, ba, dito, gusto, ko, kailangan, kailangan ko, kailangan ko ng, kami,
  lang, may, mga, mo, na, nang, ng, ni, o, para, po, sa, saan, sino, tulong, tulungan,
  tulungan ninyo ako, wala, walang, yung, kay, hanap, naghahanap, libre, libreng, malapit, pwede,
  puwede, paano, meron, nasaan, si, kong, akong, nag, mag, pag, hindi, pilipinas, isang, mula,
  lugar, asawa, amo, ngayon, namin, natin, ka, ikaw, siya, nila, niya, kasi, pero, dahil, ito,
  iyon, gabi, magbayad, ayaw
"""
