"""Spanish, as it is spoken in the United States and around it."""

TABLE = """
safety: peligro, en peligro, estoy en peligro, segura, seguridad, esconderme, escapar, huir,
  escaparme, miedo, tengo miedo, amenaza, amenazas, me amenaza, me sigue, me persigue, violencia,
  maltrato, abuso, me pega, me golpea, golpes, trata, trata de personas, violencia domestica,
  proteccion, orden de proteccion, casa segura, salir de aqui, explotacion, acoso, me pega mi,
  pegan, me pegan, golpea, me lastima, no me deja salir, me tiene encerrada, encerrada, me obliga,
  me obligan, obligada, controlador, me vigila, agresor, abusador, huyendo, me quiere matar,
  esclavitud, me vendieron, pegarme, golpearon
emergency_housing: refugio, albergue, cama, donde dormir, lugar para dormir, donde quedarme,
  techo, dormir esta noche, esta noche, en la calle, sin casa, sin hogar, sin techo, hospedaje,
  hotel, motel, lugar para quedarme, casa de acogida, me corrieron, asilo nocturno, posada,
  vivienda de emergencia, un lugar donde vivir, donde vivir, casa segura, no tengo donde dormir,
  lugar donde dormir, cuarto, dormir, para dormir, no tengo casa, me echaron, desalojo,
  donde pasar la noche, pasar la noche, un lugar seguro, lugar seguro, duermo en la calle,
  duermo en mi carro
transitional_housing: vivienda temporal, vivienda de transicion, hogar temporal, refugio,
  albergue, vivienda, cuarto, casa por unos meses, transitoria, donde vivir, habitacion
long_term_housing: renta, rentar, alquiler, alquilar, departamento, apartamento, vivienda,
  casa propia, pagar la renta, pagar el alquiler, casa, seccion 8, vivienda permanente,
  donde vivir, cuarto, deposito, desalojo, mudarme
food_clothing: comida, ropa, despensa, hambre, tengo hambre, alimentos, comer, banco de comida,
  banco de alimentos, zapatos, comedor, desayuno, cena, abrigo, chamarra, panales, mandado,
  viveres, bañarme, ducha, lavar ropa, cobija, algo de comer, estampillas de comida, leche,
  formula, ropa para niños, ropa de invierno, ropa de bebe, almuerzo, no tengo que comer, jabon,
  toallas
translation: interprete, interpretes, traductor, traductora, traduccion, traducir, interpretacion,
  que hable mi idioma, en mi idioma, mi idioma, no hablo ingles, no habla ingles,
  traductor de ingles
legal_guardianship: tutor legal, tutela, custodia, guardian legal, guarda, tutor
permanency_placement: hogar de acogida, familia de acogida, adopcion, acogimiento, casa hogar
legal_assistance: abogado, abogada, abogados, licenciado, licenciada, visa, visa t, visa u,
  inmigracion, migracion, asilo, asilo politico, deportacion, deportar, legal, ayuda legal,
  asesoria legal, derechos, corte, demanda, divorcio, tarjeta verde, mica, permiso de trabajo,
  orden de proteccion, notario, no me pagan, no me pagaron, salarios, antecedentes,
  arreglar papeles, consulta legal, ley, papeles, no me paga, no me quieren pagar, no pagan,
  me deben, sueldo, pago, hacer papeles, mis papeles, visa de victima, migra, juez, juicio,
  juzgado, residencia, ciudadania, detenido, arrestado, contrato
advocacy: defensora, defensor, apoyo, acompañamiento, acompañarme, que me acompañe,
  grupo de apoyo, alguien que me ayude, promotora, sobreviviente
medical_care: doctor, doctora, medico, medica, clinica, hospital, salud, enfermera, enferma,
  enfermo, medicina, medicinas, medicamento, dolor, herida, embarazada, embarazo, vih, sida,
  ginecologa, ginecologo, consulta medica, vacuna, me duele, lastimada, anticonceptivos, remedio,
  sangrado, fiebre, lentes, ojos, vista, operacion, parto, partera, prueba de embarazo, infeccion,
  enfermedad, atencion medica, me siento mal, sangre
dental_care: dentista, muela, muelas, diente, dientes, dolor de muela, me duele la muela, dental,
  dolor de muelas, odontologo, me duelen los dientes, caries, me duele el diente
mental_health: terapia, terapeuta, consejeria, consejera, consejero, ansiedad, psicologo,
  psicologa, depresion, deprimida, deprimido, triste, tristeza, trauma, nervios, pesadillas,
  no puedo dormir, psiquiatra, hablar con alguien, salud mental, desahogarme, estres,
  alguien con quien hablar, llorar, lloro, sola, me siento sola, psicologo gratis,
  ataque de panico, panico, mal de nervios, apoyo emocional, sicologo, sicologa
substance_abuse_treatment: drogas, droga, alcohol, adiccion, adicto, adicta, adicciones,
  rehabilitacion, desintoxicacion, dejar de tomar, dejar las drogas, alcoholismo, alcoholico,
  tomar, anexo, recuperacion, sobriedad, cristal, heroina, rehab, dejar el alcohol,
  dejar de beber, beber, dejar las pastillas, pastillas, mota, coca, centro de rehabilitacion,
  vicio
transportation: transporte, pasaje, pasajes, camion, autobus, bus, raite, aventon, taxi, carro,
  boleto de autobus, quien me lleve, llevarme, gasolina, viaje
life_skills: habilidades, presupuesto, cocinar, clases de crianza, crianza, cuenta de banco,
  habilidades para la vida, ser padres
education: escuela, clase, clases, educacion, ingles, clases de ingles, aprender ingles, estudiar,
  colegio, universidad, prepa, aprender a leer, aprender, ged, inscribir, tareas, tutoria,
  estudiar ingles, clases gratis, terminar la escuela, secundaria, leer y escribir, computacion,
  cursos, curso
financial_assistance: dinero, plata, lana, ayuda economica, ayuda financiera, ayuda con dinero,
  pagar, pagar la renta, pagar la luz, luz, cuentas, biles, deudas, efectivo, beneficios,
  estampillas, pagar el alquiler, compensacion, prestamo, feria, no tengo dinero, necesito dinero,
  sin dinero, ayuda con la renta, pagar mis biles, apoyo economico, no tengo para
job_training_employment: trabajo, empleo, chamba, jale, capacitacion, trabajar, buscar trabajo,
  oficio, bolsa de trabajo, entrenamiento, curriculum, permiso de trabajo, laburo,
  encontrar trabajo, desempleada, desempleado, sin trabajo, aprender un oficio, ganar dinero,
  entrevista, trabajos
child_care: guarderia, cuidado de niños, niñera, cuidar a mis hijos, quien cuide a mis hijos,
  kinder, cuidar niños, preescolar, cuidado infantil, cuidar a mi bebe, quien me cuide,
  cuidar a mi hijo, cuidar a mi hija, cuide a mi bebe, cuiden, cuide a mi hijo,
  cuidado de mis hijos
reunification_repatriation: regresar a mi pais, volver a mi pais, regresar a casa, volver a casa,
  encontrar a mi familia, traer a mis hijos, traer a mi familia, reunificacion, repatriacion,
  consulado, embajada, reunirme con mi familia, buscar a mi familia, regresar, volver,
  ver a mis hijos, regresar a mexico, mandar, encontrar a mi hijo, ver a mi familia, mi tierra,
  volver a mexico, regresar con mi familia
identity_documents: papeles, pasaporte, identificacion, documentos, acta de nacimiento, licencia,
  perdi mi pasaporte, me quito mi pasaporte, me quitaron mis papeles, seguro social, matricula,
  licencia de manejar, credencial, partida de nacimiento, matricula consular,
  me quitaron el pasaporte, me robaron los papeles, perdi mis papeles, perdi mis documentos,
  sacar id, cedula
crisis_intervention: crisis, suicidio, matarme, quiero morir, me quiero morir, emergencia,
  urgente, linea de ayuda, ayuda urgente, violacion, violada, me violaron, no quiero vivir,
  auxilio, suicidarme, me pega, abuso sexual, me quiero matar, cortarme, ahorita mismo
case_management: trabajadora social, trabajador social, manejo de casos, ayuda con todo,
  administrador de casos, gestora de casos

woman: mujer, mujeres, niña, niñas, muchacha, muchachas, señora, señoras, chica, chicas, madres,
  embarazada, femenino, madre soltera, madres solteras
man: hombre, hombres, varon, varones, muchacho, muchachos, señor, señores, chico, chicos,
  masculino
nonbinary: trans, transgenero, lgbt, lgbtq, gay, lesbiana, no binario, no binaria, homosexual
minor: menor, menores, menores de edad, menor de edad, adolescente, adolescentes, joven, jovenes,
  17 años, 16 años, 15 años, 14 años
adult: adulto, adultos, adulta, adultas, mayores de edad
foreign_national: inmigrante, inmigrantes, indocumentado, indocumentada, indocumentados,
  sin papeles, migrante, migrantes, refugiado, refugiada, refugiados, extranjero, extranjera,
  no tengo papeles
domestic: ciudadano, ciudadana, ciudadanos, americano, americana
no_id: sin identificacion, sin id, no tengo identificacion, no tengo id
felony: antecedentes penales, record criminal, carcel, felonia, delito, con antecedentes
no_sobriety: sigo tomando, borracho, tomado, bebida, sigo usando
with_children: con hijos, con mis hijos, mis hijos, hijos, con niños, niños, bebe, mi bebe,
  con mi bebe, familia, familias, mi hijo, mi hija, hijo, hija, con mi familia, mis niños
pets: mascota, mascotas, perro, perros, gato, perrito, con mi perro, animales
language-en: en ingles
language-es: español, espanol, castellano, hispano, hispana, latino, latina
language-zh: chino, mandarin
language-vi: vietnamita
language-ko: coreano
language-ar: arabe
language-ru: ruso
language-fr: frances
language-pt: portugues
language-ht: criollo
language-quc: quiche, maya
language-ase: sordo, sorda, sordos, lengua de señas, lenguaje de señas
small: a, al, algo, alguien, aqui, ayuda, ayudar, ayudarme, busco, buscar, cerca, como, con, cual,
  cuando, de, del, donde, el, ella, en, es, esta, estoy, este, gratis, hable, habla, hay, la, las,
  le, les, lo, los, lugar, mas, me, mi, mis, muy, necesito, necesita, no, nos, o, para, pero, por,
  porfavor, favor, puedo, puede, que, quien, quiero, quiere, se, ser, si, sin, sobre, soy, su,
  sus, te, tengo, tiene, tu, un, una, unos, unas, y, ya, yo, pais, mismo, hoy, ahora, duele,
  gratuito, gratuita, servicio, servicios, centro, programa, persona, personas, tener, hacer, ir,
  e
"""
