"""French, of France, of Haiti and of West Africa."""

TABLE = """
safety: danger, en danger, sécurité, me cacher, fuir, m'enfuir, peur, j'ai peur, menace, menaces,
  me menace, violence, violences, violences conjugales, me frappe, maltraitance, abus, protection,
  traite, me suit, traite des êtres humains, victime, ordonnance de protection, exploitation,
  harcèlement, me bat, il me bat, mari me frappe, frappée, enfermée, on me force, forcée,
  pas en sécurité, contrôle, séquestrée
emergency_housing: hébergement, hébergement d'urgence, abri, refuge, foyer, dormir, où dormir,
  lit, ce soir, cette nuit, sans abri, sdf, dans la rue, logement d'urgence, un toit,
  endroit où dormir, hôtel, à la rue, nulle part où dormir, endroit pour dormir, logement,
  où loger, dormir ce soir, chambre, expulsée, mise à la porte, nulle part, héberger, hébergée
transitional_housing: logement temporaire, hébergement temporaire, logement, foyer, hébergement,
  chambre, logement de transition, refuge
long_term_housing: loyer, appartement, logement, louer, maison, logement social, hlm,
  payer le loyer, logement permanent, chambre, caution, expulsée
food_clothing: nourriture, manger, faim, j'ai faim, repas, vêtements, habits, chaussures,
  banque alimentaire, aide alimentaire, épicerie, colis alimentaire, couches, douche, manteau,
  alimentaire, à manger
translation: interprète, interprètes, traducteur, traductrice, traduction, traduire,
  interprétariat, parle ma langue
legal_guardianship: tuteur, tutelle, tuteur légal, garde des enfants, garde d'enfant légale
permanency_placement: famille d'accueil, adoption, adopter
legal_assistance: avocat, avocate, avocats, juridique, aide juridique, visa, immigration, asile,
  expulsion, tribunal, divorce, droit, droits, loi, carte verte, titre de séjour, régularisation,
  les papiers, justice, demande d'asile, salaires impayés, permis de travail,
  ordonnance de protection, conseil juridique, papiers, ne me paie pas, pas payé, pas payée,
  salaire, salaires, procès, juge, nationalité, contrat
advocacy: soutien, m'accompagner, accompagnement, défenseur, quelqu'un pour m'aider,
  groupe de soutien, survivante, médiatrice
medical_care: médecin, docteur, hôpital, clinique, malade, médicament, médicaments, enceinte,
  grossesse, infirmière, santé, soins, blessée, blessé, gynécologue, douleur, j'ai mal, médical,
  vaccin, pharmacie, fièvre, lunettes, accouchement, sage femme, opération, ophtalmo, malades
dental_care: dentiste, dent, dents, mal aux dents, mal de dents, j'ai mal aux dents,
  rage de dents, dentaire
mental_health: psychologue, psy, thérapie, thérapeute, dépression, déprimée, triste, anxiété,
  angoisse, traumatisme, cauchemars, insomnie, santé mentale, parler à quelqu'un, psychiatre,
  conseiller, stress, quelqu'un à qui parler, traumatisée, soutien psychologique
substance_abuse_treatment: drogue, drogues, alcool, addiction, dépendance, désintoxication,
  sevrage, cure, alcoolique, arrêter de boire, toxicomanie, alcoolisme
transportation: transport, bus, ticket de bus, trajet, taxi, voiture, transports, covoiturage,
  me conduire, billet
life_skills: compétences, budget, cuisiner, compte en banque, compétences de vie, parentalité
education: école, cours, cours d'anglais, apprendre l'anglais, éducation, études, université,
  apprendre, classe, étudier, inscrire, alphabétisation, cours de français, apprendre le français,
  lire et écrire, formation scolaire, lycée
financial_assistance: argent, aide financière, factures, facture, dettes, espèces, allocations,
  payer le loyer, payer, aides sociales, prestations, indemnisation, sous, pas d argent,
  plus d argent, besoin d argent, payer mes factures, électricité
job_training_employment: travail, emploi, boulot, formation, job, embauche, travailler,
  chercher du travail, formation professionnelle, permis de travail, cv, métier
child_care: crèche, garderie, garde d'enfants, nounou, garder mes enfants, halte garderie,
  baby sitter, garde d'enfant
reunification_repatriation: rentrer chez moi, retourner dans mon pays, rentrer au pays,
  retour au pays, famille retrouver, regroupement familial, retrouver ma famille, consulat,
  ambassade, rapatriement, rentrer dans mon pays
identity_documents: papiers, passeport, carte d'identité, pièce d'identité, acte de naissance,
  documents, permis, perdu mon passeport, pris mon passeport, permis de conduire,
  papiers d'identité, les papiers, des papiers
crisis_intervention: crise, suicide, me tuer, envie de mourir, je veux mourir, urgence, urgent,
  ligne d'écoute, viol, violée, au secours, numéro d'urgence, secours, me frappe, me bat
case_management: assistante sociale, assistant social, travailleur social, travailleuse sociale,
  gestionnaire de cas

woman: femme, femmes, fille, filles, dame, dames, mère, mères, maman, enceinte
man: homme, hommes, garçon, garçons, monsieur, messieurs
nonbinary: transgenre, non binaire, lgbt, gai, lesbienne
minor: mineur, mineurs, mineure, ado, ados, adolescent, adolescente, adolescents, moins de 18 ans,
  jeune, jeunes
adult: adulte, adultes, majeur
foreign_national: immigré, immigrée, immigrés, sans papiers, réfugié, réfugiée, réfugiés, migrant,
  migrants, étranger, étrangère, clandestin
domestic: citoyen, citoyenne, citoyen américain
no_id: sans pièce d'identité, sans identité
felony: casier judiciaire, casier, sortie de prison, prison
with_children: avec enfants, avec mes enfants, enfant, enfants, mes enfants, bébé, famille,
  familles, mon fils, ma fille
pets: animal, animaux, chien, mon chien, chat
language-fr: français, francophone, parle français, en français
language-en: parle anglais, anglais
language-es: espagnol
language-ht: créole
language-ar: arabe
small: je, j, ai, besoin, besoin d, besoin de, cherche, chercher, un, une, des, de, du, d, la, le,
  les, l, pour, et, ou, où, avec, sans, dans, en, à, au, aux, mon, ma, mes, qui, que, quel, qu,
  est, suis, veux, voudrais, aide, aider, m, me, n, ne, pas, gratuit, gratuite, près, proche,
  trouver, quelqu, quelqu'un, endroit, il, elle, on, nous, ce, cette, se, s, y, ici, parle,
  parlant, chez, moi, mal, pays, comment, service, services, centre, aujourd'hui, maintenant,
  mari, patron, sais, fait, être, avoir, il y a, tout, bonjour, svp, merci, mon mari, après, trop,
  beaucoup
"""
